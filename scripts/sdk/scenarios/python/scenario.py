"""What a program does with the generated Python client: python scenario.py ADDRESS"""

import sys
import time
import uuid

import image_builder_client as sdk


def image(image_type, target, options):
    return sdk.ImageRequest(
        architecture="x86_64",
        image_type=image_type,
        upload_request=sdk.UploadRequest(type=target, options=options),
    )


def follow(composes, compose_id):
    while True:
        status = composes.get_compose_status(compose_id)
        if status.image_status.status in ("success", "failure"):
            return status
        time.sleep(0.5)


def expect(condition, what):
    if not condition:
        sys.exit(f"not as expected: {what}")


def main(address):
    client = sdk.ApiClient(sdk.Configuration(host=address))
    distributions = sdk.DistributionApi(client)
    blueprints = sdk.BlueprintApi(client)
    composes = sdk.ComposeApi(client)

    names = [item.actual_instance.name for item in distributions.get_distributions()]
    expect("centos-9" in names, "centos-9 among the distributions")

    request = sdk.CreateBlueprintRequest(
        name=f"python {uuid.uuid4()}",
        distribution="centos-9",
        image_requests=[
            image("guest-image", "aws.s3", {}),
            image("gcp", "gcp", {"share_with_accounts": ["user:me@example.com"]}),
        ],
        customizations=sdk.Customizations(
            packages=["nginx"], users=[sdk.User(name="me", password="not-a-real-password")]
        ),
    )
    blueprint_id = blueprints.create_blueprint(request).id
    try:
        blueprints.create_blueprint(request)
        expect(False, "a second blueprint of that name is refused")
    except sdk.ApiException as error:
        expect(error.status == 422, "the response for a taken name is 422")
        expect(error.data.errors[0].title == "Name not unique", "the error has the title of the rule")

    user = blueprints.get_blueprint(blueprint_id).customizations.users[0]
    expect(user.has_password and user.password is None, "has_password is set, and the password is absent")

    started = blueprints.compose_blueprint(blueprint_id)
    expect(len(started) == 2, "one compose for every image request")
    download, gcp = [follow(composes, compose.id) for compose in started]
    expect(download.image_status.upload_status.options["url"].startswith("http"), "an address to download from")
    expect(gcp.image_status.upload_status.options["project_id"], "a project of the cloud")
    sent = gcp.request.image_requests[0].upload_request.options
    expect(sent == {"share_with_accounts": ["user:me@example.com"]}, "the options that were sent")

    sdk.DefaultApi(client).delete_compose(started[0].id)
    blueprints.delete_blueprint(blueprint_id)
    try:
        blueprints.get_blueprint(blueprint_id)
        expect(False, "a deleted blueprint is gone")
    except sdk.ApiException as error:
        expect(error.status == 404, "the response for a deleted blueprint is 404")
        expect(error.data.errors[0].detail == "blueprint not found", "the error names the missing object")


main(sys.argv[1])
