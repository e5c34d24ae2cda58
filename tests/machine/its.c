/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/machine/its.h"

#include <vgic/uaccess.h>

#include "regs/gicv3.h"
#include "regs/gits.h"

uint64_t gits(uint32_t its, uint32_t offset)
{
	return MACHINE_ITS + its * (uint64_t)GITS_SIZE + offset;
}

void its_setup(struct machine *m, uint32_t its)
{
	mmio_write(m, 0, gits(its, GITS_BASER), 8,
		   GITS_BASER_Valid | DEVICE_TABLE(its) |
			   FIELD_PUT(GITS_BASER_Page_Size,
				     GITS_BASER_Page_Size_64K));
	mmio_write(m, 0, gits(its, GITS_BASER + 8), 8,
		   GITS_BASER_Valid | COLLECTION_TABLE(its) |
			   FIELD_PUT(GITS_BASER_Page_Size,
				     GITS_BASER_Page_Size_4K));
	mmio_write(m, 0, gits(its, GITS_CBASER), 8,
		   GITS_CBASER_Valid | QUEUE(its));
	mmio_write(m, 0, gits(its, GITS_CTLR), 4, GITS_CTLR_Enabled);
}

void lpis_setup(struct machine *m, uint32_t v)
{
	mmio_write(m, v, gicr(v, GICR_PROPBASER), 8,
		   PROP_TABLE | FIELD_PUT(GICR_PROPBASER_IDbits, 15));
	mmio_write(m, v, gicr(v, GICR_PENDBASER), 8,
		   PEND_TABLE(v) | GICR_PENDBASER_PTZ);
	mmio_write(m, v, gicr(v, GICR_CTLR), 4, GICR_CTLR_EnableLPIs);
}

struct machine *its_machine(const struct machine_config *config)
{
	struct machine_config with = *config;
	struct machine *m;

	with.nr_its = with.nr_its ? with.nr_its : 1;
	with.nr_lpis = with.nr_lpis ? with.nr_lpis : 64;
	m = machine_new(&with);
	for (uint32_t v = 0; v < m->nr_vcpus; v++) {
		lpis_setup(m, v);
	}
	for (uint32_t i = 0; i < with.nr_its; i++) {
		its_setup(m, i);
	}
	return m;
}

void configure(struct machine *m, uint32_t lpi, uint32_t prio, bool enable)
{
	poke8(m, PROP_TABLE + lpi - GIC_LPI_BASE, (uint8_t)(prio | enable));
}

void queue_at(struct machine *m, uint32_t its, uint32_t offset,
	      struct its_cmd cmd)
{
	for (uint32_t i = 0; i < 4; i++) {
		poke64(m, QUEUE(its) + offset + 8 * i, cmd.dw[i]);
	}
}

void command(struct machine *m, uint32_t v, uint32_t its, struct its_cmd cmd)
{
	uint32_t offset = (uint32_t)mmio_read(m, v, gits(its, GITS_CWRITER), 8);

	queue_at(m, its, offset, cmd);
	offset = (offset + GITS_CMD_SIZE) % 4096;
	mmio_write(m, v, gits(its, GITS_CWRITER), 8, offset);
	MACHINE_MUST(m, mmio_read(m, v, gits(its, GITS_CREADR), 8) == offset);
}

void map_all(struct machine *m)
{
	for (uint32_t v = 0; v < m->nr_vcpus; v++) {
		command(m, 0, 0, MAPC(v, v));
	}
	command(m, 0, 0, MAPD(1, ITT(0), 5));
	for (uint32_t n = 0; n < 32; n++) {
		configure(m, LPI(n), 0xa0, true);
		command(m, 0, 0, MAPTI(1, n, LPI(n), n % m->nr_vcpus));
	}
	MACHINE_MUST(m, its_stats(m, 0).command_errors == 0);
}

int msi(struct machine *m, uint32_t device, uint32_t event)
{
	return msi_to(m, 0, device, event);
}

int msi_to(struct machine *m, uint32_t its, uint32_t device, uint32_t event)
{
	int taken = vgic_inject_msi(m->gic, its, device, event);

	machine_serve_all(m);
	return taken;
}

struct vgic_its_stats its_stats(struct machine *m, uint32_t its)
{
	struct vgic_its_stats stats;

	MACHINE_MUST(m, !vgic_get_its_stats(m->gic, its, &stats));
	return stats;
}

int save_tables(struct machine *m)
{
	put_all(m);
	return vgic_uaccess_save_its(m->vcpu[0], 0);
}

int restore_tables(struct machine *m)
{
	put_all(m);
	return vgic_uaccess_restore_its(m->vcpu[0], 0);
}

void expect(struct machine *m, uint32_t v, uint32_t intid)
{
	MACHINE_MUST(m, guest_ack(m, v) == intid);
	if (intid != GIC_INTID_SPURIOUS) {
		guest_eoi(m, v, intid);
	}
}

uint32_t pending_word(struct machine *m, uint32_t v)
{
	return (uint32_t)peek64(m, PEND_TABLE(v) + GIC_LPI_BASE / 8);
}
