/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A GICv5 guest with two IRSs.  Its CPU interface is in software, where vCPUs
 * stay entered while they execute GIC instructions or leave for each; or that
 * of a modelled PE, which executes them by itself.
 */
#include "tests/stress/stress.h"

#include "regs/gicv5.h"
#include "tests/stress/ram.h"
#include "tests/usual.h"

#define IRS(n) (UINT64_C(0x08010000) + UINT64_C(0x20000) * (n))
#define SETLPI_FRAME UINT64_C(0x10000)
#define NR_IRS 2u
#define IST (RAM_BASE + 0x10000)

/* SPIs: accounted for are the first of them. */
#define NR_SPIS 64u
#define NR_EDGES 16u
#define LEVELS NR_EDGES
#define NR_LEVELS 8u
#define MAPPED (LEVELS + NR_LEVELS)
#define NR_MAPPED 4u
#define NR_OWN_SPIS (MAPPED + NR_MAPPED)
#define HOSTILE 32u
#define NR_HOSTILE 32u
/* LPIs: devices', then those that vCPUs make pending. */
#define LPI_ID_BITS 10u
#define NR_LPIS 1024u
#define NR_DEVICE_LPIS 8u
#define NR_GUEST_LPIS 16u
#define NR_OWN_LPIS (NR_DEVICE_LPIS + NR_GUEST_LPIS)
/* Hostile LPIs: as many as SPIs. */
#define HOSTILE_LPI 256u

#define SW_PPI GICV5_PPI_SW_PPI
#define PPI_LEVEL GICV5_PPI_PMUIRQ
#define PPI_EDGE 64u

enum interface { ENTERED, LEAVING, PE, NR_INTERFACES };

static enum interface interface;

static void make_cpuif(struct cpu *c, const struct vgic_v5_config *v5)
{
	const struct model_v5_config pe = {
		.ppi_implemented = { v5->ppi_implemented[0],
				     v5->ppi_implemented[1] },
		.ppi_level = { v5->ppi_level[0], v5->ppi_level[1] },
		.iaffid = (uint16_t)c->index,
		.pri_bits = 5,
		.id_bits = 16,
	};

	if (interface == PE) {
		must(vgic_soft_v5_reset(&c->hw.v5, &pe));
	} else {
		must(!vgic_soft_v5_init(&c->hw, v5, (uint16_t)c->index));
	}
}

static void create(void)
{
	const struct vgic_config config = {
		.arch = &vgic_gicv5, .nr_vcpus = NR_CPUS, .nr_spis = NR_SPIS,
		.nr_side_entries = 64, .host = &ram_host,
		.v5 = {
			.cpuif = interface == PE ? &vgic_model_v5_backend :
						   &vgic_soft_v5_backend,
			.ppi_implemented = { 1u << SW_PPI | 1u << PPI_LEVEL,
					     1u << (PPI_EDGE - 64) },
			.ppi_level = { 1u << PPI_LEVEL, 0 },
			.nr_lpis = NR_LPIS, .lpi_id_bits = LPI_ID_BITS,
			.nr_irs = NR_IRS,
		},
	};

	vm_create(&config);
	for (uint32_t i = 0; i < NR_IRS; i++) {
		must(!vgic_set_irs_base(vm.gic, i, IRS(i)));
	}
	for (uint32_t v = 0; v < NR_CPUS; v++) {
		make_cpuif(&vm.cpu[v], &config.v5);
		must(!vgic_vcpu_create(vm.gic, v, v, &vm.cpu[v].hw,
				       &vm.cpu[v].vcpu));
		must(!vgic_set_owner(vm.gic, v, GICV5_PPI(PPI_LEVEL), &vm));
		must(!vgic_set_owner(vm.gic, v, GICV5_PPI(PPI_EDGE), &vm));
	}
}

static void make(uint32_t n)
{
	interface = (enum interface)(n % NR_INTERFACES);
	create();
	for (uint32_t i = 0; i < NR_OWN_SPIS; i++) {
		if (i < MAPPED) {
			source_add(i < LEVELS ? SOURCE_EDGE : SOURCE_LEVEL,
				   NR_CPUS, GICV5_SPI(i));
		} else {
			source_add_mapped(GICV5_SPI(i));
		}
	}
	for (uint32_t i = 0; i < NR_OWN_LPIS; i++) {
		source_add(i < NR_DEVICE_LPIS ? SOURCE_EDGE : SOURCE_GUEST,
			   NR_CPUS, GICV5_LPI(i));
	}
	for (uint32_t v = 0; v < NR_CPUS; v++) {
		source_add(SOURCE_GUEST, v, GICV5_PPI(SW_PPI));
		source_add(SOURCE_EDGE, v, GICV5_PPI(PPI_EDGE));
		source_add(SOURCE_LEVEL, v, GICV5_PPI(PPI_LEVEL));
	}
}

/*
 * The vCPU has trapped: the library answers, in the guest or out of it, or has
 * the guest execute the instruction once more.
 */
static uint64_t trap(struct cpu *c, uint32_t enc, bool write, uint64_t value)
{
	enum vgic_trap done = VGIC_TRAP_RETRY;
	uint64_t v = value;

	if (interface == ENTERED) {
		done = trap_as_usual(c->vcpu, enc, write, &v);
	}
	while (done == VGIC_TRAP_RETRY) {
		v = value;
		cpu_leave(c);
		done = vgic_trap_sysreg(c->vcpu, enc, write, &v);
		cpu_enter(c);
	}
	must(done == VGIC_TRAP_DONE);
	return v;
}

/* A PE tells its IRS, which takes effect when the vCPU passes the library. */
static uint64_t sys(struct cpu *c, uint32_t enc, bool write, uint64_t value)
{
	enum model_access done = MODEL_TRAP;

	if (interface == PE) {
		done = write ? vgic_soft_v5_write(&c->hw.v5, enc, value) :
			       vgic_soft_v5_read(&c->hw.v5, enc, &value);
	}
	must(done != MODEL_UNDEF);
	if (done == MODEL_TRAP) {
		value = trap(c, enc, write, value);
	} else if (write) {
		cpu_leave(c);
		cpu_enter(c);
	}
	cpu_serve(c);
	return value;
}

static void irs(struct cpu *c, uint32_t n, uint32_t offset, uint64_t value)
{
	cpu_mmio(c, IRS(n) + offset, 4, true, value);
}

static bool take(struct cpu *c)
{
	uint64_t got;

	c->before = c->sample;
	got = sys(c, GICR_CDIA, false, 0);
	if (!(got & GICR_CDIA_VALID)) {
		return false;
	}
	cpu_took(c, (uint32_t)got, 0, false);
	return true;
}

static void deactivate(struct cpu *c, uint32_t intid)
{
	sys(c, GIC_CDDI, true, intid);
}

/* Whatever is no PPI may be deactivated by any vCPU. */
static void end(struct cpu *c, const struct handler *h)
{
	sys(c, GIC_CDEOI, true, 0);
	if (FIELD_GET(GICV5_INTID_TYPE, h->intid) != GICV5_INTID_TYPE_PPI &&
	    !vm.alone && draw(&c->rng, 2)) {
		cpu_leave_behind(c, h->intid);
	} else {
		deactivate(c, h->intid);
	}
}

static void prioritize(struct cpu *c, uint32_t intid)
{
	sys(c, GIC_CDPRI, true,
	    intid | (uint64_t)draw(&c->rng, 30) << GIC_CDPRI_PRIORITY_SHIFT);
}

static void configure(struct cpu *c, uint32_t intid)
{
	prioritize(c, intid);
	sys(c, GIC_CDAFF, true, intid);
	sys(c, GIC_CDEN, true, intid);
}

/* A hostile one stays pending for ever if it is left as a level. */
static void quiet(struct cpu *c, uint32_t intid)
{
	sys(c, GIC_CDHM, true, intid);
	sys(c, GIC_CDPEND, true, intid);
}

static void configure_spi(struct cpu *c, uint32_t spi)
{
	uint32_t n = spi / (NR_SPIS / NR_IRS);

	configure(c, GICV5_SPI(spi));
	irs(c, n, IRS_SPI_SELR, spi);
	irs(c, n, IRS_SPI_CFGR, spi >= LEVELS && spi < NR_OWN_SPIS);
}

static void open_cpuif(struct cpu *c)
{
	sys(c, ICC_PPI_ENABLER0_EL1, true, UINT64_MAX);
	sys(c, ICC_PPI_ENABLER1_EL1, true, UINT64_MAX);
	sys(c, ICC_PCR_EL1, true, 31);
	sys(c, ICC_CR0_EL1, true, ICC_CR0_EL1_EN);
}

static void setup(struct cpu *c)
{
	if (!(cpu_mmio(c, IRS(0) + IRS_IST_BASER, 8, false, 0) &
	      IRS_IST_BASER_VALID)) {
		irs(c, 0, IRS_IST_CFGR, LPI_ID_BITS);
		cpu_mmio(c, IRS(0) + IRS_IST_BASER, 8, true,
			 IST | IRS_IST_BASER_VALID);
	}
	for (uint32_t n = 0; n < NR_IRS; n++) {
		irs(c, n, IRS_CR0, IRS_CR0_IRSEN);
	}
	for (uint32_t i = 0; i < NR_SPIS; i++) {
		configure_spi(c, i);
	}
	for (uint32_t i = 0; i < NR_OWN_LPIS; i++) {
		configure(c, GICV5_LPI(i));
	}
	for (uint32_t i = 0; i < NR_HOSTILE; i++) {
		configure(c, GICV5_LPI(HOSTILE_LPI + i));
		quiet(c, GICV5_LPI(HOSTILE_LPI + i));
		quiet(c, GICV5_SPI(HOSTILE + i));
	}
}

static uint32_t some_own(struct cpu *c)
{
	uint32_t n = draw(&c->rng, NR_OWN_SPIS + NR_OWN_LPIS);

	return n < NR_OWN_SPIS ? GICV5_SPI(n) : GICV5_LPI(n - NR_OWN_SPIS);
}

static uint32_t some_hostile(struct cpu *c)
{
	uint32_t n = draw(&c->rng, NR_HOSTILE);

	return draw(&c->rng, 2) ? GICV5_SPI(HOSTILE + n) :
				  GICV5_LPI(HOSTILE_LPI + n);
}

static void disable(struct cpu *c)
{
	sys(c, GIC_CDDIS, true, some_own(c));
}

static void enable(struct cpu *c)
{
	sys(c, GIC_CDEN, true, some_own(c));
}

static void prioritize_own(struct cpu *c)
{
	prioritize(c, some_own(c));
}

static void route(struct cpu *c)
{
	uint64_t to = (uint64_t)draw(&c->rng, NR_CPUS)
		      << GIC_CDAFF_IAFFID_SHIFT;

	sys(c, GIC_CDAFF, true,
	    some_own(c) | (draw(&c->rng, 4) ? to : GIC_CDAFF_IRM));
}

static void look(struct cpu *c)
{
	sys(c, GIC_CDRCFG, true,
	    draw(&c->rng, 2) ? some_own(c) : some_hostile(c));
	sys(c, ICC_ICSR_EL1, false, 0);
	sys(c, ICC_HPPIR_EL1, false, 0);
	cpu_mmio(c, IRS(0) + IRS_IST_STATUSR, 4, false, 0);
}

static void mask(struct cpu *c)
{
	sys(c, ICC_PCR_EL1, true, draw(&c->rng, 4) ? 31 : draw(&c->rng, 32));
}

static void gate_cpuif(struct cpu *c)
{
	sys(c, ICC_CR0_EL1, true, draw(&c->rng, 4) ? ICC_CR0_EL1_EN : 0);
}

static void gate_irs(struct cpu *c)
{
	irs(c, draw(&c->rng, NR_IRS), IRS_CR0,
	    draw(&c->rng, 4) ? IRS_CR0_IRSEN : 0);
}

static void gate_ppis(struct cpu *c)
{
	sys(c, ICC_PPI_ENABLER0_EL1, true, draw(&c->rng, 4) ? UINT64_MAX : 0);
	sys(c, ICC_PPI_ENABLER1_EL1, true, draw(&c->rng, 4) ? UINT64_MAX : 0);
	sys(c, ICC_PPI_PRIORITYR_EL1(PPI_EDGE / 8), true, draw(&c->rng, 30));
}

static void take_part(struct cpu *c)
{
	uint32_t n = draw(&c->rng, NR_IRS);

	irs(c, n, IRS_PE_SELR, draw(&c->rng, NR_CPUS));
	irs(c, n, IRS_PE_CR0, draw(&c->rng, 2) ? IRS_PE_CR0_DPS : 0);
}

static void send_sw_ppi(struct cpu *c)
{
	struct source *s = source_find(c->index, GICV5_PPI(SW_PPI), 0);
	uint64_t number;

	if (source_ready(s)) {
		number = source_begin(s);
		sys(c, ICC_PPI_SPENDR0_EL1, true, 1u << SW_PPI);
		source_finish(s, number, true);
	}
}

/* An IPI, by CDPEND or as a message.  Each LPI has one sender. */
static void send_lpi(struct cpu *c)
{
	uint32_t lpi = NR_DEVICE_LPIS + c->index +
		       NR_CPUS * draw(&c->rng, NR_GUEST_LPIS / NR_CPUS);
	struct source *s = source_find(c->index, GICV5_LPI(lpi), 0);
	uint64_t number;

	if (!source_ready(s)) {
		return;
	}
	number = source_begin(s);
	if (draw(&c->rng, 2)) {
		sys(c, GIC_CDPEND, true, GICV5_LPI(lpi) | GIC_CDPEND_PENDING);
	} else {
		irs(c, draw(&c->rng, NR_IRS), SETLPI_FRAME + IRS_SETLPIR, lpi);
	}
	source_finish(s, number, true);
}

static void attack(struct cpu *c)
{
	static const struct {
		uint32_t insn;
		uint64_t operand;
	} ways[] = {
		{ GIC_CDPEND, GIC_CDPEND_PENDING },
		{ GIC_CDPEND, GIC_CDPEND_PENDING },
		{ GIC_CDPEND, 0 },
		{ GIC_CDDI, 0 },
		{ GIC_CDDI, 0 },
		{ GIC_CDEN, 0 },
		{ GIC_CDDIS, 0 },
		{ GIC_CDHM, GIC_CDHM_HM },
		{ GIC_CDHM, 0 },
		{ GIC_CDAFF, UINT64_C(1) << GIC_CDAFF_IAFFID_SHIFT },
		{ GIC_CDAFF, UINT64_C(9) << GIC_CDAFF_IAFFID_SHIFT },
		{ GIC_CDPRI, UINT64_C(3) << GIC_CDPRI_PRIORITY_SHIFT },
	};
	uint32_t n = draw(&c->rng, sizeof(ways) / sizeof(ways[0]));

	sys(c, ways[n].insn, true, some_hostile(c) | ways[n].operand);
}

static void attack_wire(struct cpu *c)
{
	uint32_t spi = HOSTILE + draw(&c->rng, NR_HOSTILE);

	cpu_leave(c);
	must(!vgic_inject_irq(vm.gic, 0, GICV5_SPI(spi), draw(&c->rng, 2),
			      NULL));
	cpu_enter(c);
	irs(c, 1, IRS_SPI_SELR, spi);
	irs(c, 1, IRS_SPI_CFGR, draw(&c->rng, 2));
	irs(c, 1, IRS_SPI_RESAMPLER, spi);
	irs(c, 1, SETLPI_FRAME + IRS_SETLPIR,
	    HOSTILE_LPI + draw(&c->rng, NR_HOSTILE));
}

/* clang-format off */
static const struct act acts[] = {
	{ 4, disable }, { 8, enable }, { 4, prioritize_own }, { 6, route },
	{ 4, look }, { 4, mask }, { 4, gate_cpuif }, { 1, gate_irs },
	{ 4, gate_ppis }, { 4, take_part }, { 4, send_sw_ppi },
	{ 12, send_lpi }, { 8, attack }, { 4, attack_wire },
	{ 6, cpu_take_left }, { 0, NULL },
};
/* clang-format on */

const struct machine machine_v5 = {
	.name = "v5",
	.make = make,
	.open = open_cpuif,
	.setup = setup,
	.take = take,
	.end = end,
	.deactivate = deactivate,
	.recover = open_cpuif,
	.acts = acts,
};
