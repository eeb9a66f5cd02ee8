"""Stands in for the program `ruhui` where no wheel has it: names this platform, and says how to build the program.

pip prefers the wheel with the program wherever that one runs, so this module is installed on other platforms only.
"""

import platform
import sys

GLIBC = "@GLIBC@"
BUILD = "cargo install --locked --git https://github.com/ruhui-rs/ruhui ruhui-cli"


def here():
    """Returns the name of this platform."""
    system = {"Darwin": "macOS"}.get(platform.system(), platform.system())
    library, version = platform.libc_ver() if system == "Linux" else ("", "")
    return " ".join(word for word in (system, platform.machine(), library, version) if word)


def main():
    """Says where ruhui runs. Returns the exit status of a program that failed."""
    print(
        f"error: this package has no ruhui for {here()}. It has one for Linux x86-64 with glibc {GLIBC} or newer,"
        " which pip 20.3 or newer installs; on Windows, WSL 2 may run it, which was not tested.\n"
        f"To build ruhui here, with Rust 1.95 or newer and a C compiler:  {BUILD}\n"
        f"错误：本软件包不含适用于 {here()} 的 ruhui，仅提供 Linux x86-64（glibc {GLIBC} 或更高版本）的程序，"
        "由 pip 20.3 或更高版本安装；Windows 用户可尝试 WSL 2（未经测试）。\n"
        f"如需在此平台自行构建（需要 Rust 1.95 或更高版本与 C 编译器）：  {BUILD}",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
