"""Owns promise 12's tokens: every way of forging or misusing one, and the good ones. Refuses to judge them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from typing import Any

import jwt

KEY, OLD_KEY, FOREIGN_KEY = "k" * 32, "o" * 32, "f" * 32
AUDIENCE = "shop.example"
CUSTOMER = "customer-7"
HOUR = 3600
PUBLIC_KEY = "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n-----END PUBLIC KEY-----"

Make = Callable[[float], str]


def claims(now: float, **changed: Any) -> dict[str, Any]:
    """What a good token says at `now` (seconds); a change of None leaves the claim out."""
    said = {"sub": CUSTOMER, "aud": AUDIENCE, "exp": now + 600} | changed
    return {name: value for name, value in said.items() if value is not None}


def coded(value: object) -> str:
    """One part of a token; text is taken as it is, to say what JSON libraries would not."""
    text = value if isinstance(value, str) else json.dumps(value)
    return base64.urlsafe_b64encode(text.encode("utf-8", "surrogatepass")).decode().rstrip("=")


def raw(head: object, body: object, key: str = KEY, digest: str = "sha256") -> str:
    """A token signed over whatever the two parts are."""
    signed = f"{coded(head)}.{coded(body)}"
    signature = hmac.new(key.encode(), signed.encode(), digest).digest()
    return f"{signed}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


def good(now: float, key: str = KEY, headers: Mapping[str, Any] | None = None, **changed: Any) -> str:
    """A token as a website makes it."""
    return jwt.encode(claims(now, **changed), key, algorithm="HS256", headers=dict(headers or {}))


HEAD = {"alg": "HS256", "typ": "JWT"}


def _unsigned(algorithm: str) -> Make:
    return lambda now: f"{coded({'alg': algorithm, 'typ': 'JWT'})}.{coded(claims(now))}."


def _changed(**changed: Any) -> Make:
    return lambda now: good(now, **changed)


def _at(**seconds: float) -> Make:
    return lambda now: good(now, **{name: now + value for name, value in seconds.items()})


def _body(**changed: Any) -> Make:
    """Claims that PyJWT would not write."""
    return lambda now: raw(HEAD, claims(now, **changed))


def _text(pattern: str) -> Make:
    """Claims as text; EXP stands for a good expiry."""
    return lambda now: raw(HEAD, pattern.replace("EXP", str(int(now) + 600)))


def _head(**changed: Any) -> Make:
    return lambda now: raw(HEAD | changed, claims(now), FOREIGN_KEY)


def _swapped(now: float) -> str:
    head, _, signature = good(now).split(".")
    return f"{head}.{coded(claims(now, sub='customer-8'))}.{signature}"


def _signature_of_another(now: float) -> str:
    return good(now).rsplit(".", 1)[0] + "." + good(now, sub="customer-8").rsplit(".", 1)[1]


def _deep(now: float) -> str:
    body = json.dumps(claims(int(now)))
    return raw(HEAD, body[:-1] + ',"x":' + "[" * 1500 + "]" * 1500 + "}")


BAD: dict[str, Make] = {
    # --- the algorithm ---
    "algorithm none": _unsigned("none"),
    "algorithm None": _unsigned("None"),
    "algorithm NONE": _unsigned("NONE"),
    "algorithm nOnE": _unsigned("nOnE"),
    "algorithm empty": _unsigned(""),
    "HS256 without a signature": _unsigned("HS256"),
    "algorithm none, signed all the same": lambda now: raw({"alg": "none"}, claims(now)),
    "no algorithm": lambda now: raw({"typ": "JWT"}, claims(now)),
    "HS384": lambda now: raw({"alg": "HS384"}, claims(now), digest="sha384"),
    "HS512": lambda now: raw({"alg": "HS512"}, claims(now), digest="sha512"),
    "HS256 in small letters": lambda now: raw({"alg": "hs256"}, claims(now)),
    "RS256 over the same key": lambda now: raw({"alg": "RS256"}, claims(now)),
    "a public key taken for a secret": lambda now: raw(HEAD, claims(now), PUBLIC_KEY),
    "head says HS256, signed with SHA-512": lambda now: raw(HEAD, claims(now), digest="sha512"),
    # --- the key ---
    "key of another website": lambda now: good(now, FOREIGN_KEY),
    "empty key": lambda now: raw(HEAD, claims(now), ""),
    "key of all zeros": lambda now: raw(HEAD, claims(now), "\0" * 32),
    "half the key": lambda now: raw(HEAD, claims(now), KEY[:16]),
    "digest of the key": lambda now: raw(HEAD, claims(now), hashlib.sha256(KEY.encode()).hexdigest()),
    "kid names a file": _head(kid="../../../../dev/null"),
    "kid injects SQL": _head(kid="x' UNION SELECT 'f'--"),
    "kid is a list": _head(kid=["a"]),
    "jku to a key of the forger": _head(jku="https://evil.example/jwks.json"),
    "x5u to a key of the forger": _head(x5u="https://evil.example/cert.pem"),
    "jwk with a key of the forger": _head(jwk={"kty": "oct", "k": coded(FOREIGN_KEY)}),
    "unknown critical header": lambda now: raw(HEAD | {"crit": ["exp2"], "exp2": 1}, claims(now)),
    # --- times ---
    "expired": _at(exp=-1),
    "expired within the clock skew": _at(exp=-30),
    "expired a day ago": _at(exp=-24 * HOUR),
    "expires in two hours": _at(exp=2 * HOUR),
    "expires in a year": _at(exp=8760 * HOUR),
    "no expiry": _changed(exp=None),
    "expiry as text": _body(exp="9999999999"),
    "expiry true": _body(exp=True),
    "expiry null": _text('{"sub":"customer-7","aud":"shop.example","exp":null}'),
    "expiry NaN": _text('{"sub":"customer-7","aud":"shop.example","exp":NaN}'),
    "expiry infinite": _text('{"sub":"customer-7","aud":"shop.example","exp":Infinity}'),
    "expiry beyond all numbers": _text('{"sub":"customer-7","aud":"shop.example","exp":1e400}'),
    "expiry an object": _body(exp={"$gt": 0}),
    "not valid yet": _at(nbf=300),
    "not before is text": _body(nbf="now"),
    "issued in the future": _at(iat=300),
    "issued two hours ago": _at(iat=-2 * HOUR),
    "issued is a list": _body(iat=[1]),
    # --- whom and for whom ---
    "another audience": _changed(aud="other.example"),
    "audience with a suffix": _changed(aud=AUDIENCE + ".evil.example"),
    "no audience": _changed(aud=None),
    "audience a number": _body(aud=7),
    "audience an empty list": _body(aud=[]),
    "no subject": _changed(sub=None),
    "subject a number": _body(sub=7),
    "subject null": _text('{"sub":null,"aud":"shop.example","exp":EXP}'),
    "subject empty": _changed(sub=""),
    "subject blank": _changed(sub="   "),
    "subject with a space after it": _changed(sub=CUSTOMER + " "),
    "subject with a NUL in it": _changed(sub="customer\0-7"),
    "subject with a letter of no width": _changed(sub="customer\u200b-7"),
    "subject written right to left": _changed(sub="\u202e7-remotsuc"),
    "subject with half a character": _text('{"sub":"customer\\ud800-7","aud":"shop.example","exp":EXP}'),
    "subject of 10,000 letters": lambda now: good(now, sub="7" * 3000),
    "another customer under the same signature": _swapped,
    "signature of another customer's token": _signature_of_another,
    "subject said twice": _text('{"sub":"customer-8","aud":"shop.example","exp":EXP,"sub":"customer-7"}'),
    "expiry said twice": _text('{"sub":"customer-7","aud":"shop.example","exp":1,"exp":EXP}'),
    "algorithm said twice": lambda now: raw('{"alg":"none","alg":"HS256"}', claims(now)),
    # --- the form ---
    "signature cut": lambda now: good(now)[:-2],
    "first letter cut": lambda now: good(now)[1:],
    "signature in capitals": lambda now: good(now).rsplit(".", 1)[0] + "." + good(now).rsplit(".", 1)[1].swapcase(),
    "four parts": lambda now: good(now) + ".x",
    "payload not JSON": lambda now: raw(HEAD, "not json"),
    "payload a list": lambda now: raw(HEAD, "[]"),
    "payload nested a thousandfold": _deep,
    "two dots only": lambda _now: "..",
    "empty": lambda _now: "",
    "an e-mail address": lambda _now: "ana@example.com",
    "letters outside ASCII": lambda _now: "ü.ü.ü",
    "longer than any token": lambda now: good(now, name="x" * 5000),
}

# All of these are as they should be.
GOOD: dict[str, Make] = {
    "plain": _changed(),
    "old key, while both are valid": lambda now: good(now, OLD_KEY),
    "expires in an hour": _at(exp=HOUR),
    "expires at the end of the skew": _at(exp=HOUR + 50),
    "issued and valid from now": _at(iat=0, nbf=0),
    "issued by a clock that is half a minute fast": _at(iat=30, nbf=30),
    "expiry with a fraction": _at(exp=600.5),
    "audience one of two": _changed(aud=["other.example", AUDIENCE]),
    "names its key": lambda now: good(now, headers={"kid": "2026-11"}),
    "with everything": _changed(
        name="Ana", email="ana@example.com", region="EU", plan="plus", language="de", tier="gold"
    ),
    "claims nobody asked for": _changed(roles=["admin"], jti="1"),
    "claims of the wrong type, left aside": _body(name=7, region=["EU"], plan={"a": 1}),
}
# The subject of each is another customer.
SUBJECTS = ("kunde-ä", "客户-7", "клиент 7", "00007", "7", "a" * 200, "user@example.com", "🙂", "é", "e\u0301")
