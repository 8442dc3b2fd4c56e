"""Holds answers of a server against the core schemas that the library scimschema ships.

The library knows resources of one core schema; so users here have no extension. What it has of schemas, resource types
and errors is not what RFC 7643 sections 7 and 8.7.2 and RFC 7644 section 3.12 say (no binary type, one referenceType,
another URN for errors), so those answers are left to the other suites. Reads the SCIM base URL and the token
from the environment, and prints one JSON object: a list of checks, each with a name, and a problem where there is one.
"""

import json
import os
import urllib.error
import urllib.request

import scimschema

BASE = os.environ["CONFORMANCE_BASE"]
TOKEN = os.environ["CONFORMANCE_TOKEN"]


def send(method, path, body=None):
    request = urllib.request.Request(
        BASE + path,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/scim+json"},
    )
    try:
        with urllib.request.urlopen(request) as response:
            text = response.read()
    except urllib.error.HTTPError as error:
        text = error.read()
    return json.loads(text) if text else None


def problem(resource):
    try:
        scimschema.validate(data=resource, extension_schema_definitions={})
    except Exception as error:  # The library raises several kinds.
        return str(error)
    return None


def main():
    user = send(
        "POST",
        "/Users",
        {
            "userName": "scimschema@example.com",
            "externalId": "s1",
            "name": {"givenName": "Sim", "familyName": "Ple"},
            "displayName": "Sim",
            "emails": [{"value": "scimschema@example.com", "type": "work", "primary": True}],
            "phoneNumbers": [{"value": "tel:+49-228-1", "type": "work"}],
            "addresses": [{"type": "work", "locality": "Bonn", "country": "DE"}],
            "roles": [{"value": "Reader", "primary": True}],
            "x509Certificates": [{"value": "MIIDQzCCAqyg"}],
        },
    )
    group = send("POST", "/Groups", {"displayName": "scimschema", "members": [{"value": user["id"]}]})
    answers = {
        "POST /Users": user,
        "POST /Groups": group,
        "GET /Users/{id}": send("GET", "/Users/" + user["id"]),
        "GET /Groups/{id}": send("GET", "/Groups/" + group["id"]),
        "GET /Users/{id}?attributes": send("GET", f"/Users/{user['id']}?attributes=userName,emails"),
        "PUT /Users/{id}": send("PUT", "/Users/" + user["id"], {"userName": "scimschema@example.com", "title": "T"}),
        "PATCH /Users/{id}": send(
            "PATCH", "/Users/" + user["id"], {"Operations": [{"op": "add", "path": "nickName", "value": "N"}]}
        ),
        "GET /ServiceProviderConfig": send("GET", "/ServiceProviderConfig"),
    }
    for name, path in (("DELETE /Groups/{id}", "/Groups/" + group["id"]), ("DELETE /Users/{id}", "/Users/" + user["id"])):
        if send("DELETE", path) is not None:
            answers[name] = {"schemas": []}
    checks = [{"name": name, "problem": problem(answer)} for name, answer in answers.items()]
    print(json.dumps({"checks": checks}))


if __name__ == "__main__":
    main()
