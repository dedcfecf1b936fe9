// The routes of shapes.ts as types: an address that no route answers, a body that it does not take, or an answer that it does not give does not compile.
// An address is the text as it is written: `/api/v1/releases/${number}/review` is the route with {number} in it.
import type { Routes } from "./shapes";

export type Method = "GET" | "POST" | "PUT" | "DELETE";
type Bare<P extends string> = P extends `${infer A}?${string}` ? A : P;
type Segments<P extends string> = P extends `${infer A}/${infer B}` ? [A, ...Segments<B>] : [P];
type Fits<P extends string[], R extends string[]> =
  P extends [infer A, ...infer As extends string[]]
    ? R extends [infer B, ...infer Bs extends string[]] ? (B extends `{${string}}` ? Fits<As, Bs> : A extends B ? Fits<As, Bs> : false) : false
    : R extends [] ? true : false;
type Patterns = { [K in keyof Routes as K]: K extends `${string} ${infer R}` ? Segments<R> : never };

/** The route of an address; never: none. */
export type RouteOf<M extends Method, P extends string> =
  P extends string ? { [K in keyof Routes & `${M} ${string}`]: Fits<Segments<Bare<P>>, Patterns[K]> extends true ? K : never }[keyof Routes & `${M} ${string}`] : never;
/** The address itself where a route answers it. */
export type Known<M extends Method, P extends string> = [RouteOf<M, P>] extends [never] ? never : P;
type Part<K, Name extends string> = K extends keyof Routes ? (Routes[K] extends { [N in Name]: infer T } ? T : never) : never;
export type Answer<M extends Method, P extends string> = Part<RouteOf<M, P>, "answer">;
type Body<M extends Method, P extends string> = Part<RouteOf<M, P>, "body">;
/** What is sent along: nothing where the route takes nothing, left out where every part of it may be. */
export type Sent<M extends Method, P extends string> = [Body<M, P>] extends [never] ? [] : {} extends Body<M, P> ? [body?: Body<M, P>] : [body: Body<M, P>];
