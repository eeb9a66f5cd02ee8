#!/usr/bin/env node
// Starts the program `ruhui` of this package, and passes on its standard streams, its signals and its exit status.
'use strict';

const { spawn } = require('node:child_process');
const { constants } = require('node:os');
const { join } = require('node:path');

const PROGRAM = join(__dirname, '../linux-x64/ruhui');
// The packing step replaces this mark by the glibc that the program needs.
const GLIBC = '@GLIBC@';
const BUILD = 'cargo install --locked --git https://github.com/ruhui-rs/ruhui ruhui-cli';

/** Returns the name of this platform, in English and in Chinese, if the program does not run on it. */
function unsupported() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    const names = { darwin: 'macOS', win32: 'Windows', linux: 'Linux' };
    const name = `${names[process.platform] ?? process.platform} ${process.arch}`;
    return [name, ` ${name} `];
  }
  // The network part of a report may wait for name servers.
  process.report.excludeNetwork = true;
  const { glibcVersionRuntime: version } = process.report.getReport().header;
  if (!version) return ['Linux x64 without glibc (musl, such as Alpine)', '不含 glibc 的 Linux x64（musl，例如 Alpine）'];
  const isOld = version.localeCompare(GLIBC, 'en', { numeric: true }) < 0;
  return isOld ? [`Linux x64 with glibc ${version}`, ` glibc 版本为 ${version} 的 Linux x64 `] : undefined;
}

function fail(...lines) {
  console.error(lines.join('\n'));
  process.exit(1);
}

function refuse([platform, platformInChinese]) {
  fail(
    `error: this package has no ruhui for ${platform}. It has one for Linux x86-64 with glibc ${GLIBC} or newer; on Windows, WSL 2 may run it, which was not tested.`,
    `To build ruhui here, with Rust 1.95 or newer and a C compiler:  ${BUILD}`,
    `错误：本软件包不含适用于${platformInChinese}的 ruhui，仅提供 Linux x86-64（glibc ${GLIBC} 或更高版本）的程序；Windows 用户可尝试 WSL 2（未经测试）。`,
    `如需在此平台自行构建（需要 Rust 1.95 或更高版本与 C 编译器）：  ${BUILD}`,
  );
}

function failToStart({ code, message }) {
  const reasons = {
    EACCES: [
      'the file is not executable, or its file system is mounted with noexec: install the package in another folder',
      '文件没有执行权限，或所在文件系统以 noexec 挂载：请安装到其他目录',
    ],
    ENOENT: ['the file is missing: install the package again', '缺少该文件：请重新安装本软件包'],
  };
  const [reason, reasonInChinese] = reasons[code] ?? [`the system says ${message}`, `系统错误 ${code}`];
  fail(`error: ${PROGRAM} cannot be started: ${reason}`, `错误：无法启动 ${PROGRAM}：${reasonInChinese}`);
}

const platform = unsupported();
if (platform) refuse(platform);

// The sandbox prints commands to go on with, and npx has put this program on no path.
const env = process.env.npm_command === 'exec' ? { RUHUI_COMMAND: 'npx ruhui', ...process.env } : process.env;
const child = spawn(PROGRAM, process.argv.slice(2), { stdio: 'inherit', env });
// A terminal sends Ctrl-C to both programs. This one then waits for the end of the other.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']) {
  process.on(signal, () => child.kill(signal));
}
child.on('error', failToStart);
child.on('exit', (status, signal) => process.exit(status ?? 128 + constants.signals[signal]));
