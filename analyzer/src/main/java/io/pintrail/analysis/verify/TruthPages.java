// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis.verify;

import java.util.Arrays;
import java.util.BitSet;
import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.collections.LongHashSet;

/** The rows of one process at one mark, by lkey and address. */
final class TruthPages {
    /** In place of a pfn. */
    static final long NOT_PRESENT = -1;

    private final Int2ObjectHashMap<Region> regions = new Int2ObjectHashMap<>();
    private boolean used;

    /** Rows of one lkey. */
    static final class Region {
        long[] va = new long[16];
        long[] pfn = new long[16];
        int count;
        final BitSet matched = new BitSet();
        private boolean ascending = true;
        /** Addresses, once rows have come out of order. */
        private final LongHashSet unsorted = new LongHashSet();

        private void add(long newVa, long newPfn) {
            if (count == va.length) {
                va = Arrays.copyOf(va, 2 * count);
                pfn = Arrays.copyOf(pfn, 2 * count);
            }
            ascending &= count == 0 || va[count - 1] < newVa;
            va[count] = newVa;
            pfn[count++] = newPfn;
        }

        private boolean contains(long wanted) {
            if (ascending) {
                return count > 0 && wanted <= va[count - 1] && find(wanted) >= 0;
            }
            if (unsorted.isEmpty()) {
                for (int i = 0; i < count; i++) {
                    unsorted.add(va[i]);
                }
            }
            return !unsorted.add(wanted);
        }

        private boolean says(long wanted, long wantedPfn) {
            for (int i = count - 1; i >= 0; i--) {
                if (va[i] == wanted) {
                    return pfn[i] == wantedPfn;
                }
            }
            return false;
        }

        private void sort() {
            if (!ascending) {
                Integer[] order = new Integer[count];
                Arrays.setAll(order, i -> i);
                Arrays.sort(order, (a, b) -> Long.compareUnsigned(va[a], va[b]));
                long[] oldVa = va.clone();
                long[] oldPfn = pfn.clone();
                for (int i = 0; i < count; i++) {
                    va[i] = oldVa[order[i]];
                    pfn[i] = oldPfn[order[i]];
                }
                ascending = true;
            }
        }

        /** Index of the row of a page, negative if there is none. */
        int find(long wanted) {
            return Arrays.binarySearch(va, 0, count, wanted);
        }
    }

    /**
     * False, without effect, if the page is there already. With key 0, which all holders of pins other than regions
     * share, a page may be told once for each of them: that is no new page.
     */
    boolean add(int lkey, long va, long pfn) {
        Region region = regions.get(lkey);
        if (region == null) {
            region = new Region();
            regions.put(lkey, region);
        } else if (region.contains(va)) {
            return lkey == 0 && region.says(va, pfn);
        }
        region.add(va, pfn);
        return true;
    }

    void seal() {
        regions.forEachInt((lkey, region) -> region.sort());
    }

    Int2ObjectHashMap<Region> regions() {
        return regions;
    }

    /** True the first time. */
    boolean take() {
        boolean first = !used;
        used = true;
        return first;
    }

    boolean taken() {
        return used;
    }
}
