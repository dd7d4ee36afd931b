/* SPDX-License-Identifier: Apache-2.0 */
/* What is held besides regions. */
#include "lab_state.h"

#include <errno.h>

void lab_hold(struct lab *lab, void *va, size_t length, lab_hold_reader read, void *holder)
{
    errno = 0;
    if (lab->hold_count == LAB_REGIONS)
        lab_fail("more than %d holds", LAB_REGIONS);
    lab->holds[lab->hold_count++] = (struct lab_hold){va, length, read, holder};
}

void lab_drop(struct lab *lab, const void *va, const void *holder)
{
    for (int i = 0; i < lab->hold_count; i++) {
        if (lab->holds[i].va != va || lab->holds[i].holder != holder)
            continue;
        lab->hold_count--;
        for (; i < lab->hold_count; i++)
            lab->holds[i] = lab->holds[i + 1];
        return;
    }
    errno = 0;
    lab_fail("nothing is held at %p", va);
}
