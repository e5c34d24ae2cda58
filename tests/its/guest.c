/* SPDX-License-Identifier: BSD-2-Clause */
#include "guest.h"

#include <string.h>

#include <vgic/uaccess.h>

static uint8_t *at(struct world *w, uint64_t ipa, size_t len)
{
	assert_in_range(ipa, WORLD_RAM, WORLD_RAM + WORLD_RAM_SIZE - len);
	return w->ram + (ipa - WORLD_RAM);
}

uint64_t peek64(struct world *w, uint64_t ipa)
{
	const uint8_t *from = at(w, ipa, 8);
	uint64_t value = 0;

	for (uint32_t i = 0; i < 8; i++) {
		value |= (uint64_t)from[i] << 8 * i;
	}
	return value;
}

void poke64(struct world *w, uint64_t ipa, uint64_t value)
{
	uint8_t *to = at(w, ipa, 8);

	for (uint32_t i = 0; i < 8; i++) {
		to[i] = (uint8_t)(value >> 8 * i);
	}
}

uint8_t peek8(struct world *w, uint64_t ipa)
{
	return *at(w, ipa, 1);
}

void poke8(struct world *w, uint64_t ipa, uint8_t value)
{
	*at(w, ipa, 1) = value;
}

/* One that lets go of an LPI may have another one come out for it. */
static void serve_all(struct world *w)
{
	for (uint32_t n = 0; n < w->nr_vcpus; n++) {
		for (uint32_t v = 0; v < w->nr_vcpus; v++) {
			world_serve(w, v);
		}
	}
}

static uint64_t access(struct world *w, uint32_t v, uint64_t ipa,
		       unsigned int width, bool write, uint64_t value)
{
	enum vgic_trap result;

	do {
		bool was_in = w->in_guest[v];

		stop(w, v);
		result = vgic_trap_mmio(w->vcpu[v], ipa, width, write, &value);
		if (was_in) {
			run(w, v);
		}
		serve_all(w);
	} while (result == VGIC_TRAP_RETRY);
	assert_int_equal(result, VGIC_TRAP_DONE);
	return value;
}

uint64_t mmio_read(struct world *w, uint32_t v, uint64_t ipa,
		   unsigned int width)
{
	return access(w, v, ipa, width, false, 0);
}

void mmio_write(struct world *w, uint32_t v, uint64_t ipa, unsigned int width,
		uint64_t value)
{
	(void)access(w, v, ipa, width, true, value);
}

uint64_t gits(uint32_t its, uint32_t offset)
{
	return WORLD_ITS + its * (uint64_t)GITS_SIZE + offset;
}

uint64_t gicr(uint32_t v, uint32_t offset)
{
	return WORLD_REDIST + v * (uint64_t)GICR_STRIDE + offset;
}

void its_setup(struct world *w, uint32_t its)
{
	mmio_write(w, 0, gits(its, GITS_BASER), 8,
		   GITS_BASER_Valid | DEVICE_TABLE(its) |
			   FIELD_PUT(GITS_BASER_Page_Size,
				     GITS_BASER_Page_Size_64K));
	mmio_write(w, 0, gits(its, GITS_BASER + 8), 8,
		   GITS_BASER_Valid | COLLECTION_TABLE(its) |
			   FIELD_PUT(GITS_BASER_Page_Size,
				     GITS_BASER_Page_Size_4K));
	mmio_write(w, 0, gits(its, GITS_CBASER), 8,
		   GITS_CBASER_Valid | QUEUE(its));
	mmio_write(w, 0, gits(its, GITS_CTLR), 4, GITS_CTLR_Enabled);
}

void lpis_setup(struct world *w, uint32_t v)
{
	mmio_write(w, v, gicr(v, GICR_PROPBASER), 8,
		   PROP_TABLE | FIELD_PUT(GICR_PROPBASER_IDbits, 15));
	mmio_write(w, v, gicr(v, GICR_PENDBASER), 8,
		   PEND_TABLE(v) | GICR_PENDBASER_PTZ);
	mmio_write(w, v, gicr(v, GICR_CTLR), 4, GICR_CTLR_EnableLPIs);
}

struct world *its_world(const struct world_config *config)
{
	struct world_config with = *config;
	struct world *w;

	with.nr_lrs = with.nr_lrs ? with.nr_lrs : 4;
	with.nr_its = with.nr_its ? with.nr_its : 1;
	with.nr_lpis = with.nr_lpis ? with.nr_lpis : 64;
	with.frames = true;
	w = world_new(&with);
	for (uint32_t v = 0; v < w->nr_vcpus; v++) {
		lpis_setup(w, v);
	}
	for (uint32_t i = 0; i < with.nr_its; i++) {
		its_setup(w, i);
	}
	return w;
}

void configure(struct world *w, uint32_t lpi, uint32_t prio, bool enable)
{
	poke8(w, PROP_TABLE + lpi - GIC_LPI_BASE, (uint8_t)(prio | enable));
}

void queue_at(struct world *w, uint32_t its, uint32_t offset,
	      struct its_cmd cmd)
{
	for (uint32_t i = 0; i < 4; i++) {
		poke64(w, QUEUE(its) + offset + 8 * i, cmd.dw[i]);
	}
}

void command(struct world *w, uint32_t v, uint32_t its, struct its_cmd cmd)
{
	uint32_t offset = (uint32_t)mmio_read(w, v, gits(its, GITS_CWRITER), 8);

	queue_at(w, its, offset, cmd);
	offset = (offset + GITS_CMD_SIZE) % 4096;
	mmio_write(w, v, gits(its, GITS_CWRITER), 8, offset);
	assert_int_equal(mmio_read(w, v, gits(its, GITS_CREADR), 8), offset);
}

void map_all(struct world *w)
{
	for (uint32_t v = 0; v < w->nr_vcpus; v++) {
		command(w, 0, 0, MAPC(v, v));
	}
	command(w, 0, 0, MAPD(1, ITT(0), 5));
	for (uint32_t n = 0; n < 32; n++) {
		configure(w, LPI(n), 0xa0, true);
		command(w, 0, 0, MAPTI(1, n, LPI(n), n % w->nr_vcpus));
	}
	assert_int_equal(its_stats(w, 0).command_errors, 0);
}

int msi(struct world *w, uint32_t device, uint32_t event)
{
	int taken = vgic_inject_msi(w->gic, 0, device, event);

	serve_all(w);
	return taken;
}

struct vgic_its_stats its_stats(struct world *w, uint32_t its)
{
	struct vgic_its_stats stats;

	assert_int_equal(vgic_get_its_stats(w->gic, its, &stats), 0);
	return stats;
}

void stop_all(struct world *w)
{
	for (uint32_t v = 0; v < w->nr_vcpus; v++) {
		stop(w, v);
		vgic_put(w->vcpu[v]);
	}
}

int save_tables(struct world *w)
{
	stop_all(w);
	return vgic_uaccess_save_its(w->vcpu[0], 0);
}

int restore_tables(struct world *w)
{
	stop_all(w);
	return vgic_uaccess_restore_its(w->vcpu[0], 0);
}

void expect(struct world *w, uint32_t v, uint32_t intid)
{
	assert_int_equal(guest_ack(w, v), intid);
	if (intid != SPURIOUS) {
		guest_eoi(w, v, intid);
	}
}

uint32_t pending_word(struct world *w, uint32_t v)
{
	return (uint32_t)peek64(w, PEND_TABLE(v) + GIC_LPI_BASE / 8);
}
