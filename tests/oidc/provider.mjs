// An OpenID provider (npm oidc-provider) in the part of a broker of MitID Erhverv: for tests, and for ./run demo.
// It is another project's code on purpose: what we misunderstand about the protocol, it does not misunderstand with us.
//
//   node provider.mjs OPTIONS.json      {"port", "redirect", "secret", "persons": [{"id", "label", "claims"}], "cert"?, "key"?,
//                                        "desk"?: {"redirect", "secret"}}
//
// Prints "ready" when it listens on 127.0.0.1 (over TLS with cert and key). POST /control {"fault": NAME} makes every later token
// wrong in one way (faults.mjs); {"fault": null} makes it honest again; {"rotate": true} gives it new keys, {"rotate": "announced"} publishes new
// ones beside those that it still signs with; {"algorithm": NAME} signs with that; {"times": {"exp": -50}} moves times, in seconds from now. The
// answer says how often its keys were asked for.
import * as fs from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import { exportJWK, generateKeyPair } from "jose";
import Provider from "oidc-provider";
import { Faults } from "./faults.mjs";

const options = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
const tls = options.cert ? { cert: fs.readFileSync(options.cert), key: fs.readFileSync(options.key) } : null;
const issuer = `${tls ? "https://localhost" : "http://127.0.0.1"}:${options.port}`;
const persons = new Map(options.persons.map((each) => [each.id, each]));
const claimNames = [...new Set(options.persons.flatMap((each) => Object.keys(each.claims)))];
const faults = new Faults();
// The portal, and fvm-desk where desktops are offered: a client of its own.
const clients = [["fvm", options.secret, options.redirect], ...(options.desk ? [["fvm-desk", options.desk.secret, options.desk.redirect]] : [])];

const escape = (text) => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
const page = (content) => `<!doctype html><html lang="da"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>MitID Erhverv (test)</title><link rel="icon" href="data:,"></head>
<body><main><h1>MitID Erhverv (test)</h1><p>Ingen rigtig MitID: vælg, hvem du vil være. No real MitID: choose who you want to be.</p>${content}</main></body></html>`;

// One for each kind of signature, as a broker with several clients publishes them; the second of RSA says no algorithm, so it will do for each.
const kinds = [["RS256", { alg: "RS256" }], ["PS256", {}], ["ES256", { alg: "ES256" }], ["ES384", { alg: "ES384" }], ["EdDSA", { alg: "EdDSA" }]];
let count = 0;
async function newKey([algorithm, more]) {
  const { privateKey } = await generateKeyPair(algorithm, { modulusLength: 2048, extractable: true });
  return { ...(await exportJWK(privateKey)), kid: `key-${++count}`, use: "sig", ...more };
}
const newKeys = () => Promise.all(kinds.map(newKey));

let keys = await newKeys();
let algorithm = "RS256";
let asked = 0;  // for the keys

async function newProvider() {
  faults.keyBefore = faults.key ?? keys[0];
  faults.key = keys[0];
  const provider = new Provider(issuer, {
    clients: clients.map(([client_id, client_secret, redirect]) => ({ client_id, client_secret, redirect_uris: [redirect], grant_types: ["authorization_code"],
      response_types: ["code"], token_endpoint_auth_method: options.authentication ?? "client_secret_basic", require_auth_time: true,
      id_token_signed_response_alg: algorithm })),
    jwks: { keys },
    enabledJWA: { idTokenSigningAlgValues: ["RS256", "PS256", "ES256", "RS384", "PS384", "ES384", "EdDSA"] },
    conformIdTokenClaims: false,
    claims: { openid: ["sub", ...claimNames] },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    cookies: { keys: ["only for tests"] },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_, id) => persons.has(id) && { accountId: id, claims: () => ({ sub: id, ...persons.get(id).claims }) },
    async loadExistingGrant(ctx) {  // nobody is asked for consent
      const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
      grant.addOIDCScope("openid");
      await grant.save();
      return grant;
    },
  });
  provider.use(async (ctx, next) => {
    if (ctx.path === "/token") return faults.around(ctx, next);
    if (ctx.path === "/jwks") asked += 1;
    await next();
    if (ctx.path.startsWith("/.well-known/")) faults.discovery(ctx);
  });
  provider.on("server_error", (_, error) => console.error(error));
  return { provider, answer: provider.callback() };
}

let current = await newProvider();

async function body(request) {
  let text = "";
  for await (const piece of request) text += piece;
  return text;
}

async function interaction(request, response) {
  const details = await current.provider.interactionDetails(request, response);
  if (request.method === "POST") {
    const person = new URLSearchParams(await body(request)).get("person");
    const result = persons.has(person) ? { login: { accountId: person } } : { error: "access_denied", error_description: "cancelled" };
    return current.provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  }
  const buttons = [...persons.values()].map((each) => `<p><button name="person" value="${escape(each.id)}">${escape(each.label)}</button></p>`);
  response.setHeader("Content-Type", "text/html; charset=utf-8");
  response.end(page(`<form method="post" action="/interaction/${details.uid}">${buttons.join("\n")}
<p><button name="person" value="">Afbryd – cancel</button></p></form>`));
}

async function control(request, response) {
  const order = JSON.parse(await body(request));
  if ("fault" in order) faults.name = order.fault;
  if ("times" in order) faults.times = order.times;
  if (order.rotate) keys = order.rotate === "announced" ? [...keys, ...(await newKeys())] : await newKeys();
  if (order.algorithm) algorithm = order.algorithm;
  if (order.rotate || order.algorithm) current = await newProvider();
  response.end(JSON.stringify({ keys_asked: asked }));
}

async function answer(request, response) {
  try {
    if (request.url === "/control" && request.method === "POST") return await control(request, response);
    if (request.url.startsWith("/interaction/")) return await interaction(request, response);
    return await current.answer(request, response);
  } catch (error) {
    response.statusCode = 400;
    response.end(String(error));
  }
}

const server = tls ? https.createServer(tls, answer) : http.createServer(answer);
server.listen(options.port, "127.0.0.1", () => console.log("ready"));
