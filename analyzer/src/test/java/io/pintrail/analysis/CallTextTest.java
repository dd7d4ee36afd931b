// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallTextTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "28; 4096; 8192; 4; 0; 0; madvise(0x1000, 8192, MADV_DONTNEED)",
                "28; 4096; 8192; 77; 0; 0; madvise(0x1000, 8192, 77)",
                "11; 4096; 8192; 0; 0; 0; munmap(0x1000, 8192)",
                "10; 4096; 8192; 3; 0; 0; mprotect(0x1000, 8192, PROT_READ|PROT_WRITE)",
                "10; 4096; 8192; 0; 0; 0; mprotect(0x1000, 8192, PROT_NONE)",
                "9; 0; 4096; 1; 50; -1; mmap(0x0, 4096, PROT_READ, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0x0)",
                "285; 3; 3; 0; 4096; 0; fallocate(3, FALLOC_FL_KEEP_SIZE|FALLOC_FL_PUNCH_HOLE, 0, 4096)",
                "77; 3; 100; 0; 0; 0; ftruncate(3, 100)",
                "25; 4096; 4096; 8192; 1; 0; mremap(0x1000, 4096, 8192, MREMAP_MAYMOVE)",
                "16; 5; 3223366147; 4096; 0; 0; ioctl(5, UFFDIO_COPY, 0x1000)",
                "18; 5; 4096; 8192; 16384; 0; pwrite64(5, 0x1000, 8192, 16384)",
                "57; 0; 0; 0; 0; 0; fork()",
                "999; 1; 2; 3; 0; 0; 'syscall_999(0x1, 0x2, 0x3)'"
            })
    void readsLikeTheSourceLine(int number, long a, long b, long c, long d, long e, String text) {
        assertThat(CallText.of(new long[] {number, a, b, c, d, e, 0})).isEqualTo(text);
    }

    @Test
    void unknownCallIsEmpty() {
        assertThat(CallText.of(null)).isEmpty();
    }
}
