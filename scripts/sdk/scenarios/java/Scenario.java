import com.example.imagebuilder.ApiClient;
import com.example.imagebuilder.ApiException;
import com.example.imagebuilder.api.BlueprintApi;
import com.example.imagebuilder.api.ComposeApi;
import com.example.imagebuilder.api.DefaultApi;
import com.example.imagebuilder.api.DistributionApi;
import com.example.imagebuilder.model.ComposeResponse;
import com.example.imagebuilder.model.ComposeStatus;
import com.example.imagebuilder.model.CreateBlueprintRequest;
import com.example.imagebuilder.model.Customizations;
import com.example.imagebuilder.model.Distributions;
import com.example.imagebuilder.model.ImageRequest;
import com.example.imagebuilder.model.ImageStatus;
import com.example.imagebuilder.model.ImageTypes;
import com.example.imagebuilder.model.UploadRequest;
import com.example.imagebuilder.model.UploadTypes;
import com.example.imagebuilder.model.User;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What a program does with the generated Java client: Scenario ADDRESS */
public class Scenario {
    static void expect(boolean condition, String what) {
        if (!condition) throw new IllegalStateException("not as expected: " + what);
    }

    static ImageRequest image(ImageTypes type, UploadTypes target, Map<String, Object> options) {
        return new ImageRequest()
            .architecture(ImageRequest.ArchitectureEnum.X86_64)
            .imageType(type)
            .uploadRequest(new UploadRequest().type(target).options(options));
    }

    static ComposeStatus follow(ComposeApi composes, UUID id) throws Exception {
        while (true) {
            ComposeStatus status = composes.getComposeStatus(id, null);
            ImageStatus.StatusEnum state = status.getImageStatus().getStatus();
            if (state == ImageStatus.StatusEnum.SUCCESS || state == ImageStatus.StatusEnum.FAILURE) return status;
            Thread.sleep(500);
        }
    }

    public static void main(String[] args) throws Exception {
        ApiClient client = new ApiClient();
        client.setBasePath(args[0]);
        BlueprintApi blueprints = new BlueprintApi(client);
        ComposeApi composes = new ComposeApi(client);

        boolean found = new DistributionApi(client).getDistributions(null, null, null, null).stream()
            .anyMatch(item -> item.getName().equals("centos-9"));
        expect(found, "centos-9 among the distributions");

        CreateBlueprintRequest request = new CreateBlueprintRequest()
            .name("java " + UUID.randomUUID())
            .distribution(Distributions.CENTOS_9)
            .addImageRequestsItem(image(ImageTypes.GUEST_IMAGE, UploadTypes.AWS_S3, Map.of()))
            .addImageRequestsItem(image(ImageTypes.GCP, UploadTypes.GCP,
                Map.of("share_with_accounts", List.of("user:me@example.com"))))
            .customizations(new Customizations()
                .addPackagesItem("nginx")
                .addUsersItem(new User().name("me").password("not-a-real-password")));
        UUID blueprint = blueprints.createBlueprint(request, null, null).getId();
        try {
            blueprints.createBlueprint(request, null, null);
            expect(false, "a second blueprint of that name is refused");
        } catch (ApiException error) {
            expect(error.getCode() == 422, "a name that is taken is answered 422");
            expect(error.getResponseBody().contains("Name not unique"), "the refusal says why");
        }

        User user = blueprints.getBlueprint(blueprint, null).getCustomizations().getUsers().get(0);
        expect(user.getHasPassword() && user.getPassword() == null, "a password that is known of, and not shown");

        List<ComposeResponse> started = blueprints.composeBlueprint(blueprint, null, null, null, null);
        expect(started.size() == 2, "one compose for every image request");
        ComposeStatus download = follow(composes, started.get(0).getId());
        String address = download.getImageStatus().getUploadStatus().getOptions().getUrl();
        expect(address.startsWith("http"), "an address to download from");
        ComposeStatus gcp = follow(composes, started.get(1).getId());
        String project = gcp.getImageStatus().getUploadStatus().getOptions().getProjectId();
        expect(project != null, "a project of the cloud");
        // A set in Java: image requests are unique.
        Object sent = gcp.getRequest().getImageRequests().iterator().next().getUploadRequest().getOptions();
        expect(sent.equals(Map.of("share_with_accounts", List.of("user:me@example.com"))), "the options that were sent");

        new DefaultApi(client).deleteCompose(started.get(0).getId());
        blueprints.deleteBlueprint(blueprint, null);
        try {
            blueprints.getBlueprint(blueprint, null);
            expect(false, "a deleted blueprint is gone");
        } catch (ApiException error) {
            expect(error.getCode() == 404, "a deleted blueprint is answered 404");
            expect(error.getResponseBody().contains("blueprint not found"), "the refusal says what is not there");
        }
    }
}
