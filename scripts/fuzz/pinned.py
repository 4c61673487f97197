"""Deviations of the published service from its published contract on which clients rely, which the fuzzer ignores; media types that it does not know."""

import schemathesis


def default_by_null(schema, schemas):
    """An optional member with a default may be null as well: it then has the default."""
    for name, member in schema.get("properties", {}).items():
        target = schemas[member["$ref"].rpartition("/")[2]] if "$ref" in member else member
        if "default" in target and name not in schema.get("required", []):
            schema["properties"][name] = {"allOf": [member], "nullable": True}


def any_text(schema):
    """Takes the format of addresses from a schema and what is in it."""
    if isinstance(schema, dict):
        if schema.get("format") == "uri":
            del schema["format"]
        for inner in schema.values():
            any_text(inner)
    if isinstance(schema, list):
        for inner in schema:
            any_text(inner)


@schemathesis.hook
def before_load_schema(context, raw_schema):
    schemas = raw_schema["components"]["schemas"]
    # Required members with a default: requests without them have always been taken.
    for name, member in (("BlueprintMetadata", "is_on_prem"), ("RecommendPackageRequest", "recommendedPackages")):
        schemas[name]["required"].remove(member)
    # Two of the forms, a download and an image in OCI, have the same single member.
    options = schemas["UploadStatus"]["properties"]["options"]
    options["anyOf"] = options.pop("oneOf")
    for schema in schemas.values():
        default_by_null(schema, schemas)
    # Addresses in requests are any text.
    for name in ("Repository", "CustomRepository", "Subscription"):
        for member in schemas[name]["properties"].values():
            any_text(member)


@schemathesis.serializer("application/toml")
def toml(context, value):
    """A blueprint for composer-cli is text: the fuzzer sends what it generated."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")
