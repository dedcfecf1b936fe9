// One thing wrong at a time with the tokens of provider.mjs. Each fault is signed with the provider's own key unless the key is the fault,
// so that nothing but the check under test can notice.
import { CompactSign, SignJWT, decodeJwt, exportJWK, generateKeyPair, importJWK } from "jose";

const now = () => Math.floor(Date.now() / 1000);
const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const set = (changes) => (claims) => ({ ...claims, ...changes(claims) });
const drop = (name) => (claims) => { const { [name]: _, ...rest } = claims; return rest; };

// Faults in what is said.
const said = {
  issuer: set(() => ({ iss: "https://evil.example" })),
  issuer_slash: set((c) => ({ iss: `${c.iss}/` })),
  audience: set(() => ({ aud: "another-service" })),
  audience_many: set((c) => ({ aud: [c.aud, "another-service"] })),
  authorized_party: set(() => ({ azp: "another-service" })),
  nonce: set(() => ({ nonce: "another" })),
  nonce_missing: drop("nonce"),
  expired: set(() => ({ exp: now() - 120 })),
  expiry_missing: drop("exp"),
  issued_later: set(() => ({ iat: now() + 600 })),
  issued_long_ago: set(() => ({ iat: now() - 7200 })),
  not_yet: set(() => ({ nbf: now() + 600 })),
  access_token_hash: set(() => ({ at_hash: "AAAAAAAAAAAAAAAAAAAAAA" })),
  access_token_hash_missing: drop("at_hash"),
  assurance_low: set(() => ({ loa: "https://data.gov.dk/concept/core/nsis/Low" })),
  assurance_missing: drop("loa"),
  private_person: set(() => ({ identity_type: "private" })),
  cvr_unknown: set(() => ({ "nemlogin.cvr": "99999999" })),
  cvr_missing: drop("nemlogin.cvr"),
  professional_missing: drop("nemlogin.persistent_professional_id"),
  looked_long_ago: set(() => ({ auth_time: now() - 3600 })),
};

// Faults in how it is signed.
const signed = {
  async key_of_another(claims, key) {
    const { privateKey } = await generateKeyPair("RS256");
    return new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: key.kid }).sign(privateKey);
  },
  async key_unknown(claims) {
    const { privateKey } = await generateKeyPair("RS256");
    return new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "nobody-knows" }).sign(privateKey);
  },
  async key_of_before(claims, key, _, before) { return new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: before.kid }).sign(await importJWK(before)); },
  async key_in_the_header(claims) {
    const { publicKey, privateKey } = await generateKeyPair("RS256");
    return new SignJWT(claims).setProtectedHeader({ alg: "RS256", jwk: await exportJWK(publicKey) }).sign(privateKey);
  },
  async algorithm_none(claims) { return `${encode({ alg: "none" })}.${encode(claims)}.`; },
  async algorithm_none_with_signature(claims, key, token) { return `${encode({ alg: "none", kid: key.kid })}.${encode(claims)}.${token.split(".")[2]}`; },
  async shared_secret(claims, key) {  // the public key, which everybody has, as the secret of an HMAC
    const secret = new TextEncoder().encode(JSON.stringify({ kty: "RSA", n: key.n, e: key.e }));
    return new SignJWT(claims).setProtectedHeader({ alg: "HS256", kid: key.kid }).sign(secret);
  },
  async client_secret(claims, key) {
    return new SignJWT(claims).setProtectedHeader({ alg: "HS256", kid: key.kid }).sign(new TextEncoder().encode("a secret of tests"));
  },
  async algorithm_not_listed(claims, key) {
    const { alg: _, ...plain } = key;
    return new SignJWT(claims).setProtectedHeader({ alg: "RS512", kid: key.kid }).sign(await importJWK(plain, "RS512"));
  },
  async content_changed(claims, key, token) {
    const [header, , signature] = token.split(".");
    return `${header}.${encode({ ...claims, "nemlogin.cvr": "29189846", changed: true })}.${signature}`;
  },
  async critical_header(claims, key) {
    const text = new TextEncoder().encode(JSON.stringify(claims));
    return new CompactSign(text).setProtectedHeader({ alg: "RS256", kid: key.kid, crit: ["exp"], exp: 1 }).sign(await importJWK(key), { crit: { exp: true } });
  },
  async rubbish() { return "not.a.token"; },
  async token_missing() { return undefined; },
};

export class Faults {
  name = null;
  key = null;
  keyBefore = null;  // until the last rotation
  times = null;  // by claim: seconds from now
  #last = null;  // the last honest ID token
  #answers = new Map();  // what was answered to a code, for a provider that takes codes twice

  async around(ctx, next) {
    await next();
    const parameters = ctx.oidc?.params ?? {};
    if (this.name === "code_taken_twice" && this.#answers.has(parameters.code)) {
      ctx.status = 200;
      ctx.body = this.#answers.get(parameters.code);
      return;
    }
    if (ctx.status !== 200 || !ctx.body?.id_token) return;
    const honest = ctx.body.id_token;
    ctx.body = { ...ctx.body, id_token: await this.#changed(honest) };
    this.#answers.set(parameters.code, ctx.body);
    if (!this.name) this.#last = honest;
  }

  async #changed(token) {
    const claims = decodeJwt(token);
    if (this.times) {
      const moved = Object.fromEntries(Object.entries(this.times).map(([name, seconds]) => [name, now() + seconds]));
      return new SignJWT({ ...claims, ...moved }).setProtectedHeader({ alg: "RS256", kid: this.key.kid }).sign(await importJWK(this.key));
    }
    if (this.name in said) return new SignJWT(said[this.name](claims)).setProtectedHeader({ alg: "RS256", kid: this.key.kid }).sign(await importJWK(this.key));
    if (this.name in signed) return signed[this.name](claims, this.key, token, this.keyBefore);
    if (this.name === "token_of_yesterday") return this.#last;
    return token;
  }

  discovery(ctx) {
    if (this.name === "discovery_issuer") ctx.body = { ...ctx.body, issuer: "https://evil.example" };
    if (this.name === "discovery_keys_elsewhere") ctx.body = { ...ctx.body, jwks_uri: "https://evil.example/jwks" };
    if (this.name === "discovery_token_elsewhere") ctx.body = { ...ctx.body, token_endpoint: "https://127.0.0.1:1/token" };
    if (this.name === "discovery_huge") ctx.body = { ...ctx.body, more: "x".repeat(2 << 20) };
    if (this.name === "discovery_redirects") { ctx.status = 302; ctx.set("Location", "https://evil.example/"); }
  }
}
