/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/machine/irs.h"

uint64_t guest_rcfg(struct machine *m, uint32_t v, uint32_t intid)
{
	guest_write(m, v, GIC_CDRCFG, intid);
	return guest_read(m, v, ICC_ICSR_EL1);
}

void guest_setup(struct machine *m, uint32_t v, uint32_t intid, uint32_t to,
		 uint32_t prio)
{
	guest_write(m, v, GIC_CDPRI,
		    intid | FIELD_PUT(GIC_CDPRI_PRIORITY, prio));
	guest_write(m, v, GIC_CDAFF,
		    intid | FIELD_PUT(GIC_CDAFF_IAFFID, iaffid(to)));
	guest_write(m, v, GIC_CDEN, intid);
}

void guest_ist(struct machine *m, bool two_level, uint32_t id_bits,
	       uint32_t istsz, uint32_t l2sz)
{
	irs_write(m, 0, IRS_IST_CFGR, 4,
		  (two_level ? IRS_IST_CFGR_STRUCTURE : 0) |
			  FIELD_PUT(IRS_IST_CFGR_LPI_ID_BITS, id_bits) |
			  FIELD_PUT(IRS_IST_CFGR_ISTSZ, istsz) |
			  FIELD_PUT(IRS_IST_CFGR_L2SZ, l2sz));
	irs_write(m, 0, IRS_IST_BASER, 8, GUEST_IST | IRS_IST_BASER_VALID);
}

uint64_t irs_read(struct machine *m, uint32_t v, uint32_t offset,
		  unsigned int width)
{
	const uint64_t value = mmio_read(m, v, MACHINE_IRS + offset, width);

	run(m, v);
	return value;
}

void irs_write(struct machine *m, uint32_t v, uint32_t offset,
	       unsigned int width, uint64_t value)
{
	mmio_write(m, v, MACHINE_IRS + offset, width, value);
	run(m, v);
}

bool irs_once(struct machine *m, uint32_t v, uint32_t offset,
	      unsigned int width, bool write, uint64_t *value)
{
	const bool done =
		mmio_once(m, v, MACHINE_IRS + offset, width, write, value);

	run(m, v);
	return done;
}

void ppi(struct machine *m, uint32_t v, uint32_t n, bool level)
{
	line_of(m, v, GICV5_PPI(n), level);
}

void spi(struct machine *m, uint32_t n, bool level)
{
	line(m, GICV5_SPI(n), level);
}

int message(struct machine *m, uint32_t lpi)
{
	const int error =
		vgic_inject_irq(m->gic, 0, GICV5_LPI(lpi), true, NULL);

	machine_serve_all(m);
	return error;
}

void map_timer(struct machine *m, uint32_t v)
{
	map_to(m, v, v, GICV5_PPI(PPI_TIMER),
	       m->backend->soft ? PINT + v : GICV5_PPI(PPI_TIMER),
	       &machine_ops);
}

void timer_line(struct machine *m, uint32_t v, bool level)
{
	vgic_model_v5_set_physical(&m->cpu[v].pe, PPI_TIMER, level);
	phys_line(m, v, level);
}
