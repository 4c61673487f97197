"""Reads composes with the client that openapi-python-client makes: openapi_python_client.py ADDRESS ID…"""

import json
import sys
from uuid import UUID

from image_builder_service_client import Client
from image_builder_service_client.api.compose import get_compose_status

_, address, *ids = sys.argv
client = Client(base_url=address)
for compose_id in ids:
    image = get_compose_status.sync(UUID(compose_id), client=client).image_status
    print(image.status, json.dumps(image.upload_status.options.to_dict()))
