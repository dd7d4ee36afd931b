/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* The programs, by theme. Which of them are attached to what is in collectors/probes/probes.tsv. */
#include "access.h"
#include "fault_session.h"
#include "hold_unpin.h"
#include "hold_uring.h"
#include "hold_vfio.h"
#include "hugetlb.h"
#include "move.h"
#include "peek.h"
#include "pin.h"
#include "process.h"
#include "protect.h"
#include "reclaim.h"
#include "region.h"
#include "userfault.h"
#include "dispatch.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";
