// What a program does with the generated Go client: scenario ADDRESS
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"strings"
	"time"

	sdk "example.com/image-builder/client"
)

func expect(condition bool, what string) {
	if !condition {
		log.Fatalf("not as expected: %s", what)
	}
}

func must(err error) {
	var refused *sdk.GenericOpenAPIError
	if errors.As(err, &refused) {
		log.Fatalf("%v: %s", err, refused.Body())
	}
	if err != nil {
		log.Fatal(err)
	}
}

func image(imageType sdk.ImageTypes, target sdk.UploadTypes, options map[string]interface{}) sdk.ImageRequest {
	return *sdk.NewImageRequest("x86_64", imageType, *sdk.NewUploadRequest(target, options))
}

func follow(ctx context.Context, client *sdk.APIClient, id string) *sdk.ComposeStatus {
	for {
		status, _, err := client.ComposeAPI.GetComposeStatus(ctx, id).Execute()
		must(err)
		if state := status.ImageStatus.Status; state == "success" || state == "failure" {
			return status
		}
		time.Sleep(500 * time.Millisecond)
	}
}

// The error list of a refused call.
func refusal(err error) sdk.HTTPError {
	var refused *sdk.GenericOpenAPIError
	if !errors.As(err, &refused) {
		log.Fatalf("not a refusal: %v", err)
	}
	list, ok := refused.Model().(sdk.HTTPErrorList)
	expect(ok && len(list.Errors) == 1, "a refusal with one entry")
	return list.Errors[0]
}

func main() {
	configuration := sdk.NewConfiguration()
	configuration.Servers = sdk.ServerConfigurations{{URL: os.Args[1]}}
	client := sdk.NewAPIClient(configuration)
	ctx := context.Background()

	distributions, _, err := client.DistributionAPI.GetDistributions(ctx).Execute()
	must(err)
	found := false
	for _, item := range distributions {
		found = found || item.DistributionItem.Name == "centos-9"
	}
	expect(found, "centos-9 among the distributions")

	customizations := sdk.NewCustomizations()
	customizations.SetPackages([]string{"nginx"})
	user := sdk.NewUser("me")
	user.SetPassword("not-a-real-password")
	customizations.SetUsers([]sdk.User{*user})
	request := sdk.NewCreateBlueprintRequest(fmt.Sprintf("go %d", time.Now().UnixNano()), []sdk.ImageRequest{
		image(sdk.IMAGETYPES_GUEST_IMAGE, sdk.UPLOADTYPES_AWS_S3, map[string]interface{}{}),
		image(sdk.IMAGETYPES_GCP, sdk.UPLOADTYPES_GCP, map[string]interface{}{
			"share_with_accounts": []string{"user:me@example.com"},
		}),
	}, *customizations)
	request.SetDistribution(sdk.DISTRIBUTIONS_CENTOS_9)

	blueprint, _, err := client.BlueprintAPI.CreateBlueprint(ctx).CreateBlueprintRequest(*request).Execute()
	must(err)
	_, answer, err := client.BlueprintAPI.CreateBlueprint(ctx).CreateBlueprintRequest(*request).Execute()
	expect(err != nil && answer.StatusCode == 422, "a name that is taken is answered 422")
	expect(refusal(err).Title == "Name not unique", "the refusal says why")

	stored, _, err := client.BlueprintAPI.GetBlueprint(ctx, blueprint.Id).Execute()
	must(err)
	shown := stored.Customizations.Users[0]
	expect(shown.GetPasswordIsSet() && !shown.HasPassword(), "a password that is known of, and not shown")

	// Without a request the generated code sends null, which is no selection: an empty one means every image.
	everything := *sdk.NewComposeBlueprintRequest()
	started, _, err := client.BlueprintAPI.ComposeBlueprint(ctx, blueprint.Id).ComposeBlueprintRequest(everything).Execute()
	must(err)
	expect(len(started) == 2, "one compose for every image request")
	download := follow(ctx, client, started[0].Id)
	address, _ := download.ImageStatus.UploadStatus.Options["url"].(string)
	expect(strings.HasPrefix(address, "http"), "an address to download from")
	gcp := follow(ctx, client, started[1].Id)
	expect(gcp.ImageStatus.UploadStatus.Options["project_id"] != nil, "a project of the cloud")
	sent := gcp.Request.ImageRequests[0].UploadRequest.Options
	expect(fmt.Sprint(sent) == "map[share_with_accounts:[user:me@example.com]]", "the options that were sent")

	_, err = client.DefaultAPI.DeleteCompose(ctx, started[0].Id).Execute()
	must(err)
	_, err = client.BlueprintAPI.DeleteBlueprint(ctx, blueprint.Id).Execute()
	must(err)
	_, answer, err = client.BlueprintAPI.GetBlueprint(ctx, blueprint.Id).Execute()
	expect(err != nil && answer.StatusCode == 404, "a deleted blueprint is gone")
	expect(refusal(err).Detail == "blueprint not found", "the refusal says what is not there")
}
