# SPDX-License-Identifier: BSD-2-Clause
# The guest-side half of the hypervisor.
set(HYP_GUEST_SOURCES)
