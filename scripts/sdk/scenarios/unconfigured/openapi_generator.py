"""Reads composes with the client that openapi-generator makes: openapi_generator.py ADDRESS ID…"""

import sys

import openapi_client

_, address, *ids = sys.argv
composes = openapi_client.ComposeApi(openapi_client.ApiClient(openapi_client.Configuration(host=address)))
for compose_id in ids:
    image = composes.get_compose_status(compose_id).image_status
    print(image.status, image.upload_status.options.to_json())
