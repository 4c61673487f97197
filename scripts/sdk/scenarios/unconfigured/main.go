// Reads composes with the client that oapi-codegen makes: read ADDRESS ID…
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	client "example.com/client"
	"github.com/google/uuid"
)

func main() {
	api, err := client.NewClientWithResponses(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	for _, id := range os.Args[2:] {
		answer, err := api.GetComposeStatusWithResponse(context.Background(), uuid.MustParse(id), nil)
		if err != nil {
			log.Fatal(err)
		}
		if answer.JSON200 == nil {
			log.Fatalf("%s: %s", answer.Status(), answer.Body)
		}
		image := answer.JSON200.ImageStatus
		options, err := image.UploadStatus.Options.MarshalJSON()
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(image.Status, string(options))
	}
}
