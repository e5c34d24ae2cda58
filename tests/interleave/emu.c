/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The emulator's door: threads of vCPUs and devices whose calls meet at one
 * vCPU.  Whoever comes first, when all have returned the inputs are what they
 * have to be.
 */
#include "emu.h"

#include <vgic/emu.h>
#include <vgic/sysreg.h>

#include "regs/gicv3.h"
#include "regs/gicv5.h"
#include "world.h"

#define IRS UINT64_C(0x8000000)
#define REDIST UINT64_C(0x80a0000)
#define VCPUS 2u

static uint8_t arena[96 * 1024] __attribute__((aligned(64)));
static struct vgic_emu *emu;
static enum vgic_model model;
/* As reported; and is somebody amid a report of this vCPU? */
static unsigned int pins[VCPUS];
static bool reporting[VCPUS];
static uint32_t acked;

static void set_pins(void *ctx, uint32_t vcpu, unsigned int now)
{
	(void)ctx;
	must(!reporting[vcpu], "two reports at once");
	reporting[vcpu] = true;
	sched_point("report", 0);
	must(now != pins[vcpu], "nothing has changed");
	pins[vcpu] = now;
	reporting[vcpu] = false;
}

static void relax(void *ctx)
{
	(void)ctx;
	sched_wait();
}

static void bug(void *ctx, const char *what, uint32_t vcpu, uint32_t intid)
{
	(void)ctx;
	(void)vcpu;
	(void)intid;
	sched_fail(what);
}

static const struct vgic_emu_ops ops = { .set_pins = set_pins,
					 .relax = relax,
					 .bug = bug };

static void store(uint32_t v, uint64_t ipa, uint64_t value)
{
	must(vgic_emu_mmio(emu, v, ipa, 4, true, &value) == VGIC_TRAP_DONE,
	     "a store");
}

static uint64_t sysreg(uint32_t v, uint32_t reg, bool write, uint64_t value)
{
	must(vgic_emu_sysreg(emu, v, reg, write, &value) == VGIC_TRAP_DONE,
	     "a system register");
	return value;
}

static uint32_t intid_of(uint32_t spi)
{
	return model == VGIC_GICV5 ? GICV5_SPI(spi) : GIC_SPI_BASE + spi;
}

static void line(uint32_t spi, bool level)
{
	must(!vgic_emu_inject_irq(emu, 0, intid_of(spi), level, NULL),
	     "a line");
}

static void open_v5(void)
{
	store(0, IRS + IRS_CR0, IRS_CR0_IRSEN);
	for (uint32_t v = 0; v < VCPUS; v++) {
		sysreg(v, ICC_PCR_EL1, true, 31);
		sysreg(v, ICC_CR0_EL1, true, ICC_CR0_EL1_EN);
	}
	/* SPI 0 and 1 are edges of vCPU 0; SPI 2 is a level, 3 vCPU 1's. */
	store(0, IRS + IRS_SPI_SELR, 2);
	store(0, IRS + IRS_SPI_CFGR, IRS_SPI_CFGR_TM);
	for (uint32_t i = 0; i < 4; i++) {
		sysreg(0, GIC_CDAFF, true,
		       GICV5_SPI(i) | FIELD_PUT(GIC_CDAFF_IAFFID, i == 3));
		sysreg(0, GIC_CDEN, true, GICV5_SPI(i));
	}
}

static void open_v3(void)
{
	store(0, GICD_BASE + GICD_CTLR, GICD_CTLR_EnableGrp1);
	for (uint32_t v = 0; v < VCPUS; v++) {
		sysreg(v, ICC_PMR_EL1, true, 0xff);
		sysreg(v, ICC_IGRPEN1_EL1, true, 1);
	}
	store(0, GICD_BASE + GICD_ICFGR + 8, 0x8a);
	store(0, GICD_BASE + GICD_IROUTER + 8 * 35, 1);
	store(0, GICD_BASE + GICD_ISENABLER + 4, 0xf);
}

static void begin(enum vgic_model which)
{
	struct vgic_emu_config config = {
		.gic = { .arch = vgic_arch_of(which),
			 .nr_vcpus = VCPUS,
			 .nr_spis = 32,
			 .nr_redist_regions = which == VGIC_GICV3 },
		.ops = &ops,
	};

	if (which == VGIC_GICV5) {
		config.gic.v5.nr_irs = 1;
		config.gic.v5.lpi_id_bits = 10;
	}
	model = which;
	for (uint32_t v = 0; v < VCPUS; v++) {
		pins[v] = 0;
		reporting[v] = false;
	}
	acked = 0;
	must(vgic_emu_memory_size(&config) <= sizeof(arena), "memory");
	must(!vgic_emu_create(&config, arena, sizeof(arena), &emu), "create");
	if (which == VGIC_GICV5) {
		must(!vgic_set_irs_base(vgic_emu_gic(emu), 0, IRS), "IRS");
		open_v5();
	} else {
		must(!vgic_set_dist_base(vgic_emu_gic(emu), GICD_BASE), "GICD");
		must(!vgic_add_redist_region(vgic_emu_gic(emu), REDIST, VCPUS),
		     "GICR");
		open_v3();
	}
}

static void begin_v3(void)
{
	begin(VGIC_GICV3);
}

static void begin_v5(void)
{
	begin(VGIC_GICV5);
}

/* A level is up. */
static void begin_v3_level(void)
{
	begin_v3();
	line(2, true);
}

static void begin_v5_level(void)
{
	begin_v5();
	line(2, true);
}

static uint32_t take(uint32_t v)
{
	uint64_t got;

	if (model == VGIC_GICV5) {
		got = sysreg(v, GICR_CDIA, false, 0);
		return got & GICR_CDIA_VALID ? (uint32_t)got : 0;
	}
	got = sysreg(v, ICC_IAR1_EL1, false, 0);
	return got == GIC_INTID_SPURIOUS ? 0 : (uint32_t)got;
}

static void end_of(uint32_t v, uint32_t intid)
{
	if (model == VGIC_GICV5) {
		sysreg(v, GIC_CDDI, true, intid);
		sysreg(v, GIC_CDEOI, true, 0);
	} else {
		sysreg(v, ICC_EOIR1_EL1, true, intid);
	}
}

static void device_0(void)
{
	line(0, true);
}

static void device_1(void)
{
	line(1, true);
}

static void line_falls(void)
{
	line(2, false);
}

/* vCPU 0's guest takes an interrupt, if there is one, and ends it. */
static void guest_0(void)
{
	uint32_t intid = take(0);

	if (intid) {
		acked++;
		end_of(0, intid);
	}
}

/* vCPU 1's guest makes an SPI of vCPU 0 pending. */
static void guest_1(void)
{
	if (model == VGIC_GICV5) {
		sysreg(1, GIC_CDPEND, true, GICV5_SPI(1) | GIC_CDPEND_PENDING);
	} else {
		store(1, GICD_BASE + GICD_ISPENDR + 4, 2);
	}
}

/* vCPU 0 takes so many in all, and its input says so all the time. */
static void takes(uint32_t nr)
{
	for (; acked < nr; acked++) {
		uint32_t intid;

		must(pins[0] == VGIC_VIRQ, "the input is not set");
		intid = take(0);
		must(intid != 0, "nothing to take");
		end_of(0, intid);
	}
	must(pins[0] == 0, "the input is still set");
	must(take(0) == 0, "one too many");
	vgic_emu_stop(emu);
	must(vgic_check_invariants(vgic_emu_gic(emu)) == 0, "invariants");
}

static void takes_two(void)
{
	takes(2);
}

/* A level that fell: taken before or not, its input is down. */
static void takes_what_was(void)
{
	takes(acked);
}

static void takes_one(void)
{
	takes(1);
}

const struct sched_program emu_programs[NR_EMU_PROGRAMS] = {
	{ "emu: two devices", 2, { device_0, device_1 }, begin_v3, takes_two },
	{ "emu: a device, the guest takes",
	  2,
	  { device_0, guest_0, device_1 },
	  begin_v3,
	  takes_two },
	{ "emu: a device, another vCPU",
	  2,
	  { device_0, guest_1 },
	  begin_v3,
	  takes_two },
	{ "emu: a line falls while it is taken",
	  2,
	  { line_falls, guest_0 },
	  begin_v3_level,
	  takes_what_was },
	{ "emu: a line falls, another rises",
	  2,
	  { line_falls, device_0 },
	  begin_v3_level,
	  takes_one },
	{ "emu: two devices, v5",
	  2,
	  { device_0, device_1 },
	  begin_v5,
	  takes_two },
	{ "emu: a device, the guest takes, v5",
	  2,
	  { device_0, guest_0, device_1 },
	  begin_v5,
	  takes_two },
	{ "emu: a device, another vCPU, v5",
	  2,
	  { device_0, guest_1 },
	  begin_v5,
	  takes_two },
	{ "emu: a line falls while it is taken, v5",
	  2,
	  { line_falls, guest_0 },
	  begin_v5_level,
	  takes_what_was },
	{ "emu: a line falls, another rises, v5",
	  2,
	  { line_falls, device_0 },
	  begin_v5_level,
	  takes_one },
};
