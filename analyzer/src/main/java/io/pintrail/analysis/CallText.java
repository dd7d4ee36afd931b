// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

/** System calls of x86-64 as one would write them, for those that change mappings; others by number. */
final class CallText {
    private static final String[] ADVICE = {
        "MADV_NORMAL",
        "MADV_RANDOM",
        "MADV_SEQUENTIAL",
        "MADV_WILLNEED",
        "MADV_DONTNEED",
        "5",
        "6",
        "7",
        "MADV_FREE",
        "MADV_REMOVE",
        "MADV_DONTFORK",
        "MADV_DOFORK",
        "MADV_MERGEABLE",
        "MADV_UNMERGEABLE",
        "MADV_HUGEPAGE",
        "MADV_NOHUGEPAGE",
        "MADV_DONTDUMP",
        "MADV_DODUMP",
        "MADV_WIPEONFORK",
        "MADV_KEEPONFORK",
        "MADV_COLD",
        "MADV_PAGEOUT",
        "MADV_POPULATE_READ",
        "MADV_POPULATE_WRITE",
        "MADV_DONTNEED_LOCKED",
        "MADV_COLLAPSE"
    };

    private CallText() {}

    /** @param call number and six arguments, or null: then the text is empty */
    static String of(long[] call) {
        return call == null ? "" : new Arguments(call).text();
    }

    private record Arguments(long[] call) {
        String text() {
            int number = (int) call[0];
            return switch (number) {
                case 0 -> "read(" + fd(0) + ", " + hex(1) + ", " + dec(2) + ")";
                case 1 -> "write(" + fd(0) + ", " + hex(1) + ", " + dec(2) + ")";
                case 2 -> "open(" + hex(0) + ", " + hex(1) + ")";
                case 3 -> "close(" + fd(0) + ")";
                case 9 ->
                    "mmap(" + hex(0) + ", " + dec(1) + ", " + protection(2) + ", " + mapFlags() + ", " + fd(4) + ", "
                            + hex(5) + ")";
                case 10 -> "mprotect(" + hex(0) + ", " + dec(1) + ", " + protection(2) + ")";
                case 11 -> "munmap(" + hex(0) + ", " + dec(1) + ")";
                case 12 -> "brk(" + hex(0) + ")";
                case 16 -> "ioctl(" + fd(0) + ", " + request(argument(1)) + ", " + hex(2) + ")";
                case 17 -> "pread64(" + fd(0) + ", " + hex(1) + ", " + dec(2) + ", " + dec(3) + ")";
                case 18 -> "pwrite64(" + fd(0) + ", " + hex(1) + ", " + dec(2) + ", " + dec(3) + ")";
                case 19 -> "readv(" + fd(0) + ", " + hex(1) + ", " + dec(2) + ")";
                case 20 -> "writev(" + fd(0) + ", " + hex(1) + ", " + dec(2) + ")";
                case 25 -> "mremap(" + hex(0) + ", " + dec(1) + ", " + dec(2) + ", " + remapFlags() + ")";
                case 28 -> "madvise(" + hex(0) + ", " + dec(1) + ", " + advice(argument(2)) + ")";
                case 30 -> "shmat(" + fd(0) + ", " + hex(1) + ", " + hex(2) + ")";
                case 40 -> "sendfile(" + fd(0) + ", " + fd(1) + ", " + hex(2) + ", " + dec(3) + ")";
                case 56 -> "clone(" + hex(0) + ")";
                case 57 -> "fork()";
                case 58 -> "vfork()";
                case 59 -> "execve()";
                case 60 -> "exit(" + fd(0) + ")";
                case 67 -> "shmdt(" + hex(0) + ")";
                case 76 -> "truncate(" + hex(0) + ", " + dec(1) + ")";
                case 77 -> "ftruncate(" + fd(0) + ", " + dec(1) + ")";
                case 85 -> "creat(" + hex(0) + ")";
                case 168 -> "swapoff(" + hex(0) + ")";
                case 209 -> "io_submit(" + hex(0) + ", " + dec(1) + ", " + hex(2) + ")";
                case 216 -> "remap_file_pages(" + hex(0) + ", " + dec(1) + ")";
                case 231 -> "exit_group(" + fd(0) + ")";
                case 237 -> "mbind(" + hex(0) + ", " + dec(1) + ", " + dec(2) + ")";
                case 256 -> "migrate_pages(" + fd(0) + ")";
                case 257 -> "openat()";
                case 275 -> "splice(" + fd(0) + ", " + hex(1) + ", " + fd(2) + ", " + hex(3) + ", " + dec(4) + ")";
                case 279 -> "move_pages(" + fd(0) + ", " + dec(1) + ")";
                case 285 -> "fallocate(" + fd(0) + ", " + fallocateMode() + ", " + dec(2) + ", " + dec(3) + ")";
                case 295 -> "preadv(" + fd(0) + ", " + hex(1) + ", " + dec(2) + ", " + dec(3) + ")";
                case 296 -> "pwritev(" + fd(0) + ", " + hex(1) + ", " + dec(2) + ", " + dec(3) + ")";
                case 310 -> "process_vm_readv(" + fd(0) + ")";
                case 311 -> "process_vm_writev(" + fd(0) + ")";
                case 322 -> "execveat()";
                case 326 ->
                    "copy_file_range(" + fd(0) + ", " + hex(1) + ", " + fd(2) + ", " + hex(3) + ", " + dec(4) + ")";
                case 328 -> "pwritev2(" + fd(0) + ", " + hex(1) + ", " + dec(2) + ", " + dec(3) + ")";
                case 329 -> "pkey_mprotect(" + hex(0) + ", " + dec(1) + ", " + protection(2) + ", " + fd(3) + ")";
                case 426 -> "io_uring_enter(" + fd(0) + ", " + dec(1) + ")";
                case 435 -> "clone3()";
                case 437 -> "openat2()";
                case 440 ->
                    "process_madvise(" + fd(0) + ", " + hex(1) + ", " + dec(2) + ", " + advice(argument(3)) + ")";
                case 448 -> "process_mrelease(" + fd(0) + ")";
                case 462 -> "mseal(" + hex(0) + ", " + dec(1) + ")";
                default -> "syscall_" + number + "(" + hex(0) + ", " + hex(1) + ", " + hex(2) + ")";
            };
        }

        private long argument(int index) {
            return call[1 + index];
        }

        private String hex(int index) {
            return "0x" + Long.toHexString(argument(index));
        }

        private String dec(int index) {
            return Long.toUnsignedString(argument(index));
        }

        private String fd(int index) {
            return Integer.toString((int) argument(index));
        }

        private String protection(int index) {
            return flags(argument(index), "PROT_NONE", "PROT_READ", "PROT_WRITE", "PROT_EXEC");
        }

        private String remapFlags() {
            String flags = flags(argument(3), "0", "MREMAP_MAYMOVE", "MREMAP_FIXED", "MREMAP_DONTUNMAP");
            return (argument(3) & 2) == 0 ? flags : flags + ", " + hex(4);
        }

        private String mapFlags() {
            long flags = argument(3);
            StringBuilder text = new StringBuilder((flags & 3) == 1 || (flags & 3) == 3 ? "MAP_SHARED" : "MAP_PRIVATE");
            text.append((flags & 0x10) != 0 ? "|MAP_FIXED" : "");
            text.append((flags & 0x20) != 0 ? "|MAP_ANONYMOUS" : "");
            text.append((flags & 0x8000) != 0 ? "|MAP_POPULATE" : "");
            text.append((flags & 0x40000) != 0 ? "|MAP_HUGETLB" : "");
            long rest = flags & ~(0x3L | 0x10 | 0x20 | 0x8000 | 0x40000);
            return rest == 0 ? text.toString() : text + "|0x" + Long.toHexString(rest);
        }

        private String fallocateMode() {
            return flags(
                    argument(1),
                    "0",
                    "FALLOC_FL_KEEP_SIZE",
                    "FALLOC_FL_PUNCH_HOLE",
                    "FALLOC_FL_NO_HIDE_STALE",
                    "FALLOC_FL_COLLAPSE_RANGE",
                    "FALLOC_FL_ZERO_RANGE",
                    "FALLOC_FL_INSERT_RANGE",
                    "FALLOC_FL_UNSHARE_RANGE");
        }
    }

    private static String advice(long advice) {
        if (advice >= 0 && advice < ADVICE.length) {
            return ADVICE[(int) advice];
        }
        return switch ((int) advice) {
            case 100 -> "MADV_HWPOISON";
            case 101 -> "MADV_SOFT_OFFLINE";
            case 102 -> "MADV_GUARD_INSTALL";
            case 103 -> "MADV_GUARD_REMOVE";
            default -> Long.toString(advice);
        };
    }

    /**
     * userfaultfd requests, include/uapi/linux/userfaultfd.h; the size field of the number is left out of the match.
     */
    private static String request(long request) {
        if ((request >>> 8 & 0xff) == 0xaa) {
            switch ((int) request & 0xff) {
                case 0x00:
                    return "UFFDIO_REGISTER";
                case 0x03:
                    return "UFFDIO_COPY";
                case 0x04:
                    return "UFFDIO_ZEROPAGE";
                case 0x05:
                    return "UFFDIO_MOVE";
                case 0x06:
                    return "UFFDIO_WRITEPROTECT";
                case 0x07:
                    return "UFFDIO_CONTINUE";
                case 0x08:
                    return "UFFDIO_POISON";
                default:
                    break;
            }
        }
        return "0x" + Long.toHexString(request);
    }

    /** Names of the bits from the lowest on, {@code none} for 0. */
    private static String flags(long bits, String none, String... names) {
        if (bits == 0) {
            return none;
        }
        StringBuilder text = new StringBuilder();
        long rest = bits;
        for (int i = 0; i < names.length; i++) {
            if ((bits & 1L << i) != 0) {
                text.append(text.length() == 0 ? "" : "|").append(names[i]);
                rest &= ~(1L << i);
            }
        }
        if (rest != 0) {
            text.append(text.length() == 0 ? "" : "|").append("0x").append(Long.toHexString(rest));
        }
        return text.toString();
    }
}
