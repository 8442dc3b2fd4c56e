"""Authlib and requests-oauthlib against a running Muster: a token by each method, verified by the key set, used once.

Reads what to connect to from the file that is named; prints one JSON line for each method."""

import json
import sys
from importlib.metadata import version
from pathlib import Path

import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from oauthlib.oauth2 import BackendApplicationClient
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session as RequestsOAuth2Session

target = json.loads(Path(sys.argv[1]).read_text())
certificate = (target["certificate"], target["certificate_key"])


def check(token):
    """The token is signed with a key of the key set, of the right kind, and opens SCIM."""
    metadata = requests.get(target["issuer"] + "/.well-known/oauth-authorization-server", timeout=10).json()
    keys = KeySet.import_key_set(requests.get(metadata["jwks_uri"], timeout=10).json())
    read = jwt.decode(token["access_token"], keys, algorithms=["ES256"])
    jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": target["issuer"]},
        aud={"essential": True, "value": target["tenant_url"]},
        exp={"essential": True},
    ).validate(read.claims)
    assert read.header["typ"] == "at+jwt", read.header
    assert token["token_type"] == "Bearer", token
    header = {"Authorization": "Bearer " + token["access_token"]}
    assert requests.get(target["tenant_url"] + "/Users", headers=header, timeout=10).status_code == 200


def run(client, package, method, work):
    said = {"client": client, "version": version(package), "method": method, "error": None}
    try:
        check(work())
    except Exception as error:  # whatever it is, it is the result
        said["error"] = f"{type(error).__name__}: {error}"
    print(json.dumps(said))


def authlib(method, **options):
    session = OAuth2Session(target["client_id"], target["client_secret"], token_endpoint_auth_method=method)
    return session.fetch_token(target["token_endpoint"], grant_type="client_credentials", **options)


def authlib_private_key_jwt():
    key = ECKey.import_key(Path(target["private_key"]).read_text(), {"kid": target["kid"]})
    session = OAuth2Session(target["client_id"], key, token_endpoint_auth_method="private_key_jwt")
    session.register_client_auth_method(PrivateKeyJWT(target["token_endpoint"], headers={"kid": target["kid"]}, alg="ES256"))
    return session.fetch_token(target["token_endpoint"], grant_type="client_credentials")


def authlib_certificate():
    session = OAuth2Session(target["certificate_client_id"], token_endpoint_auth_method="none")
    return session.fetch_token(target["token_endpoint"], grant_type="client_credentials", cert=certificate)


def oauthlib(client_id, **options):
    session = RequestsOAuth2Session(client=BackendApplicationClient(client_id))
    return session.fetch_token(target["token_endpoint"], **options)


basic = HTTPBasicAuth(target["client_id"], target["client_secret"])
run("Authlib", "authlib", "client_secret_basic", lambda: authlib("client_secret_basic"))
run("Authlib", "authlib", "client_secret_post", lambda: authlib("client_secret_post"))
run("Authlib", "authlib", "private_key_jwt", authlib_private_key_jwt)
run("Authlib", "authlib", "tls_client_auth", authlib_certificate)
name = "requests-oauthlib"
run(name, name, "client_secret_basic", lambda: oauthlib(target["client_id"], auth=basic))
run(
    name,
    name,
    "client_secret_post",
    lambda: oauthlib(target["client_id"], client_secret=target["client_secret"], include_client_id=True),
)
run(
    name,
    name,
    "tls_client_auth",
    lambda: oauthlib(target["certificate_client_id"], include_client_id=True, cert=certificate),
)
