/* SPDX-License-Identifier: Apache-2.0 */
/* What /proc/PID/pagemap says of the pages of live umems. */
#ifndef PINTRAIL_SNAPSHOT_H
#define PINTRAIL_SNAPSHOT_H

#include "recorder.h"

enum { SNAPSHOT_START = 1, SNAPSHOT_SIGNAL = 2, SNAPSHOT_END = 3 };

void snapshot_write(struct recorder *r, u8 reason);

#endif
