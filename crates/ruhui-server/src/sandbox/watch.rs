//! Watches a sandbox's folder while the sandbox runs.

use std::path::{Path, PathBuf};
use std::time::Duration;

/// Pause between two checks of the folder.
const INTERVAL: Duration = Duration::from_secs(2);

/// Waits until the folder is gone, and logs that once.
pub(super) async fn report_loss(root: PathBuf) {
    until_gone(&root, INTERVAL).await;
    let root = root.display();
    tracing::error!(
        "the folder {root} of this sandbox was deleted or moved while the sandbox runs; its files are lost when it stops: \
         stop it with Ctrl-C and start it again / 沙箱运行期间其目录 {root} 被删除或移走；停止后数据将丢失：请按 Ctrl-C \
         停止沙箱并重新启动"
    );
}

/// Waits until the folder has no kit any more. A new folder under the same name has none.
async fn until_gone(root: &Path, interval: Duration) {
    let kit = root.join("kit/kit.env");
    while kit.exists() {
        tokio::time::sleep(interval).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_deleted_folder_is_seen_and_one_that_stays_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("sandbox");
        std::fs::create_dir_all(root.join("kit")).unwrap();
        std::fs::write(root.join("kit/kit.env"), "").unwrap();
        let watch = tokio::spawn({
            let root = root.clone();
            async move { until_gone(&root, Duration::from_millis(1)).await }
        });
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert!(!watch.is_finished());
        std::fs::remove_dir_all(&root).unwrap();
        watch.await.unwrap();
    }
}
