#!/usr/bin/env bash
# Gets a token from a built-in address with the SDK, which the tool contains. The sandbox's own CA is left out of its
# settings, so that it trusts only what its runtime trusts.
set -euo pipefail
set -a
# shellcheck source=/dev/null
. "$KIT/kit.env"
set +a
unset RUHUI_CA_CERTIFICATE RUHUI_KIT
export RUHUI_BASE_URL=${1:-https://api.mch.weixin.qq.com} RUHUI_BACKUP_URL=${1:-https://api2.mch.weixin.qq.com}
"$RUHUI" token >/dev/null
echo ok
