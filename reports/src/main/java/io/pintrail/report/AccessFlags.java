// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Names of IB_ACCESS_* bits (include/uapi/rdma/ib_user_ioctl_verbs.h). */
final class AccessFlags {
    private static final String[] NAMES = {
        "LOCAL_WRITE",
        "REMOTE_WRITE",
        "REMOTE_READ",
        "REMOTE_ATOMIC",
        "MW_BIND",
        "ZERO_BASED",
        "ON_DEMAND",
        "HUGETLB",
        "FLUSH_GLOBAL",
        "FLUSH_PERSISTENT"
    };
    private static final int LOCAL_WRITE = 1;
    private static final int REMOTE_WRITE = 2;
    private static final int REMOTE_ATOMIC = 8;
    private static final int RELAXED_ORDERING = 1 << 20;

    private AccessFlags() {}

    /** Names in order of the bits; bits without name as one hexadecimal number; none for local read access. */
    static List<String> names(int access) {
        List<String> names = new ArrayList<>();
        int left = access;
        for (int bit = 0; bit < NAMES.length; bit++) {
            if ((left & 1 << bit) != 0) {
                names.add(NAMES[bit]);
                left &= ~(1 << bit);
            }
        }
        if ((left & RELAXED_ORDERING) != 0) {
            names.add("RELAXED_ORDERING");
            left &= ~RELAXED_ORDERING;
        }
        if (left != 0) {
            names.add("0x" + Integer.toHexString(left));
        }
        return names;
    }

    /** In words; what remote write implies (local write) is left out. */
    static String text(int access) {
        List<String> words = new ArrayList<>();
        boolean implied = (access & (REMOTE_WRITE | REMOTE_ATOMIC)) != 0;
        for (String name : names(implied ? access & ~LOCAL_WRITE : access)) {
            words.add(name.startsWith("0x") ? name : name.replace('_', ' ').toLowerCase(Locale.ROOT));
        }
        return words.isEmpty()
                ? "local read"
                : String.join(", ", words).replace("remote write, remote read", "remote read/write");
    }
}
