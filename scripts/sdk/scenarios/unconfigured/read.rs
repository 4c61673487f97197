//! Reads composes with the client that openapi-generator makes: read ADDRESS ID…

use openapi::apis::compose_api;
use openapi::apis::configuration::Configuration;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let base_path = arguments.next().expect("the address of the API");
    let client = Configuration { base_path, ..Configuration::default() };
    for id in arguments {
        let image = compose_api::get_compose_status(&client, &id, None).await.unwrap().image_status;
        let status = serde_json::to_value(image.status).unwrap();
        let options = serde_json::to_string(&image.upload_status.unwrap().options).unwrap();
        println!("{} {options}", status.as_str().unwrap());
    }
}
