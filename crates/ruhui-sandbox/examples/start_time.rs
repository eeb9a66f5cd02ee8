//! Prints the milliseconds that `Sandbox::start()` takes, once in a new process and once again.
//!
//! ```sh
//! cargo run --release -p ruhui-sandbox --example start_time
//! ```

use ruhui_sandbox::Sandbox;
use std::error::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut running = Vec::new();
    for _ in 0..2 {
        #[allow(clippy::disallowed_methods, reason = "it measures the machine's time")]
        let began = std::time::Instant::now();
        running.push(Sandbox::start().await?);
        println!("{:.3}", began.elapsed().as_secs_f64() * 1e3);
    }
    Ok(())
}
