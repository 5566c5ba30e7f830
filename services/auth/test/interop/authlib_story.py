"""The story of a site on Authlib, and of an API that checks its tokens. Says JSON lines; a line with "ask" waits for an answer."""
import json
import sys
import time

import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import ClientSecretJWT
from authlib.oauth2.rfc9068 import JWTBearerTokenValidator
from authlib.oidc.core import CodeIDToken, UserInfo
from joserfc import jwt
from joserfc.jwk import KeySet

given = json.loads(sys.argv[1])
metadata = requests.get(given["issuer"] + "/.well-known/openid-configuration", timeout=10).json()
keys = requests.get(metadata["jwks_uri"], timeout=10).json()
token_endpoint = metadata["token_endpoint"]


def say(**what):
    print(json.dumps(what), flush=True)


def ask(**what):
    say(ask=True, **what)
    return sys.stdin.readline().strip()


def session(client, **more):
    return OAuth2Session(
        client["client_id"],
        client.get("secret"),
        token_endpoint=token_endpoint,
        token_endpoint_auth_method=client["token_endpoint_auth_method"],
        **more,
    )


def sign_in(site):
    nonce, verifier = generate_token(), generate_token(48)
    url, state = site.create_authorization_url(
        metadata["authorization_endpoint"], nonce=nonce, code_verifier=verifier
    )
    back = ask(url=url)
    token = site.fetch_token(authorization_response=back, state=state, code_verifier=verifier)
    decoded = jwt.decode(token["id_token"], KeySet.import_key_set(keys), algorithms=["RS256", "ES256"])
    claims = CodeIDToken(
        decoded.claims,
        decoded.header,
        {"iss": {"value": metadata["issuer"]}, "aud": {"value": site.client_id}},
        {"nonce": nonce, "access_token": token["access_token"], "client_id": site.client_id},
    )
    claims.validate(now=int(time.time()), leeway=5)
    return token, claims


class Validator(JWTBearerTokenValidator):
    def get_jwks(self):
        return KeySet.import_key_set(keys)


def checked_by_an_api(token):
    validator = Validator(issuer=metadata["issuer"], resource_server=given["resource"])
    claims = validator.authenticate_token(token["access_token"])
    validator.validate_token(claims, ["learning:read"], None)
    return claims["sub"]


def introspected(site, token):
    return site.introspect_token(metadata["introspection_endpoint"], token=token).json()["active"]


site = session(
    given["site"],
    scope="openid profile email learning:read",
    redirect_uri=given["redirect_uri"],
    code_challenge_method="S256",
    revocation_endpoint_auth_method=given["site"]["token_endpoint_auth_method"],
)
first, id_token = sign_in(site)
userinfo = UserInfo(site.get(metadata["userinfo_endpoint"]).json())
second = site.refresh_token(token_endpoint, refresh_token=first["refresh_token"])
api_sub = checked_by_an_api(second)
was_active = introspected(site, second["refresh_token"])
revoked = site.revoke_token(metadata["revocation_endpoint"], token=second["refresh_token"]).status_code
is_active = introspected(site, second["refresh_token"])

job = session(given["job"]).fetch_token(token_endpoint, grant_type="client_credentials", scope="user:list")

signing = session({**given["signing_job"], "token_endpoint_auth_method": "client_secret_jwt"})
signing.register_client_auth_method(ClientSecretJWT(token_endpoint))
signed = signing.fetch_token(token_endpoint, grant_type="client_credentials", scope="user:list")

say(
    sub=id_token["sub"],
    email=userinfo["email"],
    api_sub=api_sub,
    rotated=first["refresh_token"] != second["refresh_token"],
    revoked=revoked,
    active=[was_active, is_active],
    job_scope=job["scope"],
    signed_scope=signed["scope"],
)
