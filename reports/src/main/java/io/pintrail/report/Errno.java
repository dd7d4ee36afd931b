// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

/** Names of the errors with which registrations fail (Linux, include/uapi/asm-generic/errno*.h). */
final class Errno {
    private Errno() {}

    static String name(int errno) {
        return switch (errno) {
            case 1 -> "EPERM";
            case 4 -> "EINTR";
            case 5 -> "EIO";
            case 11 -> "EAGAIN";
            case 12 -> "ENOMEM";
            case 13 -> "EACCES";
            case 14 -> "EFAULT";
            case 16 -> "EBUSY";
            case 22 -> "EINVAL";
            case 28 -> "ENOSPC";
            case 75 -> "EOVERFLOW";
            case 95 -> "EOPNOTSUPP";
            default -> "errno " + errno;
        };
    }
}
