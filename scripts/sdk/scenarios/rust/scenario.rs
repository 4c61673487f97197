//! What a program does with the generated Rust client: scenario ADDRESS

use image_builder_client::apis::configuration::Configuration;
use image_builder_client::apis::{blueprint_api, compose_api, default_api, distribution_api, Error, ResponseContent};
use image_builder_client::models;
use serde_json::json;

fn image(image_type: models::ImageTypes, target: models::UploadTypes, options: serde_json::Value) -> models::ImageRequest {
    models::ImageRequest::new(
        models::image_request::Architecture::X8664,
        image_type,
        models::UploadRequest::new(target, options),
    )
}

async fn follow(client: &Configuration, id: &str) -> models::ComposeStatus {
    use models::image_status::Status;
    loop {
        let status = compose_api::get_compose_status(client, id, None).await.unwrap();
        if matches!(status.image_status.status, Status::Success | Status::Failure) {
            return status;
        }
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    }
}

/// The answer to a refused call.
fn refusal<T, E>(result: Result<T, Error<E>>) -> ResponseContent<E> {
    match result {
        Err(Error::ResponseError(content)) => content,
        Err(_) => panic!("not a refusal"),
        Ok(_) => panic!("not refused"),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let address = std::env::args().nth(1).expect("the address of the API");
    let client = Configuration { base_path: address, ..Configuration::default() };

    let distributions = distribution_api::get_distributions(&client, None, None, None, None).await.unwrap();
    assert!(distributions.iter().any(|item| match item {
        models::DistributionsResponseInner::DistributionItem(found) => found.name == "centos-9",
        _ => false,
    }));

    let mut request = models::CreateBlueprintRequest::new(
        format!("rust {:?}", std::time::SystemTime::now()),
        vec![
            image(models::ImageTypes::GuestImage, models::UploadTypes::AwsS3, json!({})),
            image(
                models::ImageTypes::Gcp,
                models::UploadTypes::Gcp,
                json!({ "share_with_accounts": ["user:me@example.com"] }),
            ),
        ],
        models::Customizations {
            packages: Some(vec!["nginx".into()]),
            users: Some(vec![models::User {
                password: Some("not-a-real-password".into()),
                ..models::User::new("me".into())
            }]),
            ..models::Customizations::new()
        },
    );
    request.distribution = Some(models::Distributions::Centos9);

    let blueprint = blueprint_api::create_blueprint(&client, request.clone(), None, None).await.unwrap().id.to_string();
    let taken = refusal(blueprint_api::create_blueprint(&client, request, None, None).await);
    assert_eq!(taken.status.as_u16(), 422);
    assert!(taken.content.contains("Name not unique"));

    let stored = blueprint_api::get_blueprint(&client, &blueprint, None).await.unwrap();
    let user = &stored.customizations.users.unwrap()[0];
    assert!(user.has_password == Some(true) && user.password.is_none());

    // Without a request the generated code sends null, which is no selection: an empty one means every image.
    let everything = Some(models::ComposeBlueprintRequest::new());
    let started = blueprint_api::compose_blueprint(&client, &blueprint, None, None, None, everything).await.unwrap();
    assert_eq!(started.len(), 2);
    let download = follow(&client, &started[0].id.to_string()).await;
    match *download.image_status.upload_status.unwrap().options {
        models::UploadStatusOptions::Awss3UploadStatus(options) => assert!(options.url.starts_with("http")),
        other => panic!("no address to download from: {other:?}"),
    }
    let gcp = follow(&client, &started[1].id.to_string()).await;
    match *gcp.image_status.upload_status.unwrap().options {
        models::UploadStatusOptions::GcpUploadStatus(options) => assert!(!options.project_id.is_empty()),
        other => panic!("no project of the cloud: {other:?}"),
    }
    assert_eq!(
        *gcp.request.image_requests[0].upload_request.options,
        json!({ "share_with_accounts": ["user:me@example.com"] })
    );

    default_api::delete_compose(&client, &started[0].id.to_string()).await.unwrap();
    blueprint_api::delete_blueprint(&client, &blueprint, None).await.unwrap();
    let gone = refusal(blueprint_api::get_blueprint(&client, &blueprint, None).await);
    assert_eq!(gone.status.as_u16(), 404);
    assert!(gone.content.contains("blueprint not found"));
}
