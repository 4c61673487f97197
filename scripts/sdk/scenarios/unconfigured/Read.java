// Reads composes with the client that openapi-generator makes: Read ADDRESS ID…
import java.util.Arrays;
import java.util.UUID;
import org.openapitools.client.ApiClient;
import org.openapitools.client.api.ComposeApi;
import org.openapitools.client.model.ImageStatus;

public class Read {
    public static void main(String[] args) throws Exception {
        ComposeApi composes = new ComposeApi(new ApiClient().setBasePath(args[0]));
        for (String id : Arrays.copyOfRange(args, 1, args.length)) {
            ImageStatus image = composes.getComposeStatus(UUID.fromString(id), null).getImageStatus();
            System.out.println(image.getStatus() + " " + image.getUploadStatus().getOptions().toJson());
        }
    }
}
