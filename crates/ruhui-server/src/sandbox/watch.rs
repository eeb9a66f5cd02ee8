//! Watches a sandbox's folder while the sandbox runs.

use super::watched::WatchedConfig;
use crate::reload::{InvalidConfig, Reload, ReloadError, Reloadable as _};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Pause between two checks of the folder.
const INTERVAL: Duration = Duration::from_secs(2);
/// Pause between two looks at the configuration.
const LOOK: Duration = Duration::from_millis(500);

/// Applies the configuration whenever its files change, and logs what a change did. A file is read once it is the same
/// in two looks: an editor may write it in parts.
pub(super) async fn follow(config: Arc<WatchedConfig>) {
    let mut applied = config.file_states();
    let mut last = applied.clone();
    let mut reported = None;
    loop {
        tokio::time::sleep(LOOK).await;
        let now = config.file_states();
        let is_settled = now == last;
        last.clone_from(&now);
        if !is_settled || now == applied {
            continue;
        }
        applied = now;
        let reloaded = {
            // The control that reloads is inside the gate as well: no reset falls between the parts of a reload.
            let _entered = config.service().state_gate.enter().await;
            config.reload().await
        };
        match reloaded {
            Ok(reload) => {
                reported = None;
                report(&reload);
            }
            // One line for each mistake, however often the file is written with it.
            Err(ReloadError::Invalid(mistake)) if reported.as_ref() != Some(&mistake) => {
                report_mistake(&mistake);
                reported = Some(mistake);
            }
            Err(ReloadError::Invalid(_)) => {}
            Err(ReloadError::Store(error)) => {
                tracing::error!(%error, "ruhui.toml was not applied");
                // The next look tries again.
                applied = Vec::new();
            }
        }
    }
}

/// Logs what a reload changed: settings by name, entries by number, since an openid has no place in a log.
fn report(reload: &Reload) {
    if !reload.is_empty() {
        let (mut named, mut numbers) = (Vec::new(), BTreeMap::new());
        for change in &reload.changes {
            match change.key.split_once('.') {
                Some(("service" | "platform", _)) => named.push((format!("{change}"), format!("{change:#}"))),
                _ => *numbers.entry(change.key.split('.').next().unwrap_or_default()).or_insert(0) += 1,
            }
        }
        let numbers = numbers
            .iter()
            .map(|(table, number)| (format!("{table}: {number}"), format!("{table}：{number} 项")));
        let (en, zh): (Vec<_>, Vec<_>) = named.into_iter().chain(numbers).unzip();
        let (en, zh) = (en.join(", "), zh.join("、"));
        tracing::warn!("ruhui.toml was applied: {en} / 已应用 ruhui.toml 的修改：{zh}");
    }
    if !reload.at_next_start.is_empty() {
        let (en, zh) = (reload.at_next_start.join(", "), reload.at_next_start.join("、"));
        tracing::warn!(
            "changed in ruhui.toml, takes effect at the next start: {en} / ruhui.toml 中的下列修改在下次启动时生效：{zh}"
        );
    }
}

fn report_mistake(mistake: &InvalidConfig) {
    let message = &mistake.message;
    tracing::error!("nothing was changed: {} / 未做任何更改：{}", message.en(), message.zh());
}

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
