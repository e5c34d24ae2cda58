/* SPDX-License-Identifier: BSD-2-Clause */
/* GICD_* registers of SPIs read back what was written. */
#include "guest/demo/kit.h"

static bool bits_read_back(uint32_t set, uint32_t clear)
{
	uint32_t word = SPI(0) / 32 * 4;
	bool ok;

	gicd_write32(set + word, 0x50);
	gicd_write32(set + word, 0x04);
	ok = gicd_read32(set + word) == 0x54 &&
	     gicd_read32(clear + word) == 0x54;
	gicd_write32(clear + word, 0x14);
	ok = ok && gicd_read32(set + word) == 0x40;
	gicd_write32(clear + word, UINT32_MAX);
	return ok && gicd_read32(set + word) == 0;
}

static bool priorities_read_back(void)
{
	uint32_t offset = GICD_IPRIORITYR + SPI(0);

	gicd_write32(offset, 0x20406080);
	gicd_write8(offset + 2, 0xf8);
	return gicd_read32(offset) == 0x20f86080 &&
	       gicd_read8(offset + 3) == 0x20 && gicd_read8(offset) == 0x80;
}

bool kit_read_back_bits(void)
{
	bool ok = true;

	ok &= kit_say("ISENABLER, ICENABLER",
		      bits_read_back(GICD_ISENABLER, GICD_ICENABLER));
	ok &= kit_say("ISPENDR, ICPENDR",
		      bits_read_back(GICD_ISPENDR, GICD_ICPENDR));
	ok &= kit_say("ISACTIVER, ICACTIVER",
		      bits_read_back(GICD_ISACTIVER, GICD_ICACTIVER));
	ok &= kit_say("IPRIORITYR by byte and word", priorities_read_back());
	return ok;
}

bool kit_read_back_words(void)
{
	uint32_t group = GICD_IGROUPR + SPI(0) / 32 * 4;
	uint32_t config = GICD_ICFGR + SPI(0) / 16 * 4;
	bool ok = true;

	gicd_write32(group, 0xa5a5a5a5);
	ok &= kit_say("IGROUPR", gicd_read32(group) == 0xa5a5a5a5);
	gicd_write32(config, 0xa0a0a0a0);
	ok &= kit_say("ICFGR", gicd_read32(config) == 0xa0a0a0a0);
	return ok;
}
