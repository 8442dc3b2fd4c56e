// openid-client and oauth4webapi against a running Muster: a token by each method, verified by the key set, used once.
//
// Reads what to connect to from the file that is named; prints one JSON line for each method.

import { readFileSync } from 'node:fs'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import * as jose from 'jose'
import * as oauth from 'oauth4webapi'
import * as openid from 'openid-client'
import { Agent, fetch as undiciFetch } from 'undici'

const target = JSON.parse(readFileSync(process.argv[2], 'utf8'))
const version = (name) => JSON.parse(readFileSync(new URL(`./node_modules/${name}/package.json`, import.meta.url))).version
const issuer = new URL(target.issuer)
const users = new URL(`${target.tenant_url}/Users`)
const pem = readFileSync(target.private_key, 'utf8')
const key = await jose.importPKCS8(pem, 'ES256')
const agent = new Agent({
  connect: {
    ca: readFileSync(target.authority),
    cert: readFileSync(target.certificate),
    key: readFileSync(target.certificate_key),
  },
})
const withCertificate = (url, options) => undiciFetch(url, { ...options, dispatcher: agent })

function assert(condition, text) {
  if (!condition) throw new Error(text)
}

async function verify(token) {
  const keys = jose.createRemoteJWKSet(new URL('/.well-known/jwks.json', issuer))
  const options = { issuer: target.issuer, audience: target.tenant_url, typ: 'at+jwt', algorithms: ['ES256'] }
  return (await jose.jwtVerify(token, keys, options)).payload
}

async function run(client, method, work) {
  const said = { client, version: version(client), method, error: null }
  try {
    await work()
  } catch (error) {
    said.error = `${error.name}: ${error.message} ${error.cause ? JSON.stringify(error.cause) : ''}`.trim()
  }
  console.log(JSON.stringify(said))
}

async function web(clientId, authentication, { fetch, proofKeys } = {}) {
  const custom = fetch ? { [oauth.customFetch]: fetch } : {}
  const discovered = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2' })
  const server = await oauth.processDiscoveryResponse(issuer, discovered)
  const client = { client_id: clientId }
  const DPoP = proofKeys && oauth.DPoP(client, proofKeys)
  const parameters = new URLSearchParams({ resource: target.tenant_url })
  const options = { ...custom, DPoP }
  const response = await oauth.clientCredentialsGrantRequest(server, client, authentication, parameters, options)
  const token = await oauth.processClientCredentialsResponse(server, client, response)
  assert(token.token_type === (DPoP ? 'dpop' : 'bearer'), `token_type ${token.token_type}`)
  const claims = await verify(token.access_token)
  assert(Boolean(claims.cnf?.jkt) === Boolean(DPoP), 'cnf')
  const answer = await oauth.protectedResourceRequest(token.access_token, 'GET', users, undefined, null, { DPoP })
  assert(answer.status === 200, `SCIM answers ${answer.status}`)
  // The library checks our tokens as a resource server would (RFC 9068 §4, RFC 9449 §7).
  const headers = { authorization: `${DPoP ? 'DPoP' : 'Bearer'} ${token.access_token}` }
  if (!DPoP) await oauth.validateJwtAccessToken(server, new Request(users, { headers }), target.tenant_url)
}

async function library(clientId, authentication, { fetch, proofKeys } = {}) {
  const options = { algorithm: 'oauth2' }
  if (fetch) options[openid.customFetch] = fetch
  const config = await openid.discovery(issuer, clientId, undefined, authentication, options)
  const DPoP = proofKeys && openid.getDPoPHandle(config, proofKeys)
  const token = await openid.clientCredentialsGrant(config, {}, { DPoP })
  await verify(token.access_token)
  const answer = await openid.fetchProtectedResource(config, token.access_token, users, 'GET', null, undefined, { DPoP })
  assert(answer.status === 200, `SCIM answers ${answer.status}`)
}

const proofKeys = await oauth.generateKeyPair('ES256')
const { client_id: id, client_secret: secret, certificate_client_id: certificateId } = target
const signing = { key, kid: target.kid }
assert(new X509Certificate(readFileSync(target.certificate)).checkPrivateKey(createPrivateKey(readFileSync(target.certificate_key))), 'certificate')

for (const [name, module, ask] of [['oauth4webapi', oauth, web], ['openid-client', openid, library]]) {
  await run(name, 'client_secret_basic', () => ask(id, module.ClientSecretBasic(secret)))
  await run(name, 'client_secret_post', () => ask(id, module.ClientSecretPost(secret)))
  await run(name, 'private_key_jwt', () => ask(id, module.PrivateKeyJwt(signing)))
  await run(name, 'tls_client_auth', () => ask(certificateId, module.TlsClientAuth(), { fetch: withCertificate }))
  await run(name, 'client_secret_basic with DPoP', () => ask(id, module.ClientSecretBasic(secret), { proofKeys }))
  await run(name, 'private_key_jwt with DPoP', () => ask(id, module.PrivateKeyJwt(signing), { proofKeys }))
}
await agent.close()
