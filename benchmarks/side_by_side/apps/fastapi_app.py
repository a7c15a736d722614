"""The work as people write it with FastAPI and pydantic."""
# ruff: noqa: ARG001, N815 -- headers are judged by their types; Adobe spells in camelCase

from __future__ import annotations

from typing import Annotated, Literal
from uuid import uuid4

from fastapi import FastAPI, Header
from pydantic import BaseModel, Field, StrictStr

app = FastAPI()
connections: dict[str, Connection] = {}

Text = Annotated[StrictStr, Field(min_length=1)]
AccountsUrl = Literal[
    "https://accounts.zoho.com",
    "https://accounts.zoho.com.au",
    "https://accounts.zoho.eu",
    "https://accounts.zoho.in",
    "https://accounts.zoho.com.cn",
]


class Params(BaseModel):
    endpoint: Text
    accountsUrl: AccountsUrl
    clientId: Text
    clientSecret: Text
    accessToken: Text
    refreshToken: Text


class Auth(BaseModel):
    specName: Literal["Basic Authentication"]
    params: Params


class Spec(BaseModel):
    id: Literal["929e4450-0237-4ed2-9404-b7e1e0a00309"]
    version: Literal["1.0"]


class Connection(BaseModel):
    name: Text
    description: StrictStr | None = None
    auth: Auth
    connectionSpec: Spec


class Created(BaseModel):
    id: str
    etag: str


Identity = Annotated[str, Header(min_length=1)]


@app.post("/data/foundation/flowservice/connections", status_code=201)
async def create(
    connection: Connection,
    authorization: Annotated[str, Header(pattern="^Bearer .")],
    x_api_key: Identity,
    x_gw_ims_org_id: Identity,
    x_sandbox_name: Identity,
) -> Created:
    id = str(uuid4())
    connections[id] = connection
    return Created(id=id, etag=f'"{uuid4()}"')
