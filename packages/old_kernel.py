"""Runs a program as Linux 3.10 would: each system call that came later fails as an unknown one.

3.10 is the kernel of the systems with glibc 2.17. Usage: old_kernel.py PROGRAM [ARGUMENT]...
"""

import ctypes
import errno
import os
import struct
import sys

# The last system call of Linux 3.10 on x86-64, which numbers them in the order in which they came: finit_module.
LAST = 313

# Codes of the filter's language (linux/bpf_common.h) and its results (linux/seccomp.h).
LOAD_NUMBER, IS_GREATER, RETURN = 0x20, 0x25, 0x06
ALLOW, FAIL = 0x7FFF0000, 0x00050000 | errno.ENOSYS
FILTER = b"".join(
    struct.pack("=HBBI", *instruction)
    for instruction in [(LOAD_NUMBER, 0, 0, 0), (IS_GREATER, 0, 1, LAST), (RETURN, 0, 0, FAIL), (RETURN, 0, 0, ALLOW)]
)

PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS, MODE_FILTER = 22, 38, 2


def forget_later_calls():
    """Installs the filter for this process and for the program that it becomes."""
    instructions = ctypes.create_string_buffer(FILTER, len(FILTER))
    program = ctypes.create_string_buffer(struct.pack("=HxxxxxxQ", len(FILTER) // 8, ctypes.addressof(instructions)))
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    for arguments in [(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), (PR_SET_SECCOMP, MODE_FILTER, program, 0, 0)]:
        if prctl(*[ctypes.c_ulong(value) if isinstance(value, int) else value for value in arguments]) != 0:
            raise OSError(ctypes.get_errno(), "the filter of system calls is rejected")


if __name__ == "__main__":
    forget_later_calls()
    os.execvp(sys.argv[1], sys.argv[1:])
