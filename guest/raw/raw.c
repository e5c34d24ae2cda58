/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A binary without Image header, which a loader puts at RAM + 0x80000 and
 * enters with the device tree's address in x0.  It says whether that is so, and
 * powers off.  Boot arguments let it end otherwise: raw=fault, raw=fail,
 * raw=reset.
 */
#include "guest/lib/fdt.h"
#include "guest/lib/lib.h"
#include "guest/text.h"

#define RAW_OFFSET 0x80000
/* An address where there is no device. */
#define NOWHERE UINT64_C(0x0b000000)

extern const char __image_start[];

/* The fault is not expected, so it ends the run. */
static void read_nowhere(void)
{
	mmio_read32(NOWHERE);
}

bool guest_main(void)
{
	bool placed = (uint64_t)__image_start == RAM_BASE + RAW_OFFSET;
	bool tree = fdt_valid((const void *)machine_dtb());

	say("raw: loaded at RAM + 0x80000: %s\n", placed ? "yes" : "no");
	say("raw: x0 is a device tree: %s\n", tree ? "yes" : "no");
	say("raw: %s\n", placed && tree ? "PASS" : "FAIL");
	if (bootarg("raw=fault")) {
		read_nowhere();
	}
	if (bootarg("raw=reset")) {
		hvc(PSCI_SYSTEM_RESET, 0, 0, 0);
	}
	return placed && tree && !bootarg("raw=fail");
}
