/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/v5/world.h"
#include "core/irq.h"

#include "tests/el2/el2.h"
#include "v5/v5.h"

#define MANY_ROUNDS 100
#define MANY_RETRIES 100000

static const uint64_t implemented[2] = {
	BIT(SW_PPI) | BIT(PMU) | BIT(TIMER) | BIT(HIDDEN),
	BIT(UPPER_EDGE - 64) | BIT(UPPER - 64) | BIT(HIDDEN_EDGE - 64),
};
static const uint64_t level[2] = {
	BIT(PMU) | BIT(TIMER) | BIT(HIDDEN),
	BIT(UPPER - 64),
};

uint16_t iaffid(uint32_t v)
{
	return (uint16_t)(0x100 * v);
}

static void kick(void *ctx, uint32_t vcpu)
{
	struct world *w = ctx;

	w->kicked[vcpu] = true;
	w->kicks[vcpu]++;
}

static void *ram_at(struct world *w, uint64_t ipa, size_t len)
{
	uint64_t offset = ipa - WORLD_RAM;

	if (offset >= WORLD_RAM_SIZE || len > WORLD_RAM_SIZE - offset) {
		return NULL;
	}
	return w->ram + offset;
}

/* More than there is: it reads as zero. */
static bool in_empty_ram(const struct world *w, uint64_t ipa)
{
	return w->config.more_ram && ipa - WORLD_RAM < UINT64_C(0x10000000);
}

static int read_guest(void *ctx, uint64_t ipa, void *buf, size_t len)
{
	void *from = ram_at(ctx, ipa, len);

	if (from) {
		memcpy(buf, from, len);
	} else if (in_empty_ram(ctx, ipa)) {
		memset(buf, 0, len);
	} else {
		return 1;
	}
	return 0;
}

static int write_guest(void *ctx, uint64_t ipa, const void *buf, size_t len)
{
	struct world *w = ctx;
	void *to = ram_at(w, ipa, len);

	if (!to || w->rom) {
		return 1;
	}
	memcpy(to, buf, len);
	return 0;
}

/*
 * Physical interrupts are named by the vCPU that they are mapped to; or have
 * the same number as the virtual one, then they are the vCPU's at hand.
 */
static struct world_phys *phys_of(struct world *w, uint32_t pintid)
{
	if (pintid == GICV5_PPI(TIMER)) {
		return &w->timer[w->thread];
	}
	assert_in_range(pintid, PINT, PINT + WORLD_VCPUS - 1);
	return &w->timer[pintid - PINT];
}

static void phys_set_active(void *ctx, uint32_t pintid, bool active)
{
	struct world *w = ctx;
	struct world_phys *phys = phys_of(w, pintid);

	phys->active = active;
	phys->ended += !active;
	phys->thread = w->thread;
}

static void phys_set_pending(void *ctx, uint32_t pintid, bool pending)
{
	struct world *w = ctx;

	assert_false(pending);
	phys_of(w, pintid)->unpended++;
}

static void bug(void *ctx, const char *what, uint32_t vcpu, uint32_t intid)
{
	struct world *w = ctx;

	print_message("broken: %s (vCPU %d, INTID %x)\n", what, (int)vcpu,
		      intid);
	w->bugs++;
}

static const struct vgic_host_ops host_ops = {
	.kick = kick,
	.read_guest = read_guest,
	.write_guest = write_guest,
	.phys_set_active = phys_set_active,
	.phys_set_pending = phys_set_pending,
	.bug = bug,
};

static bool resident(void *ctx, uint32_t vm, uint32_t vpe)
{
	struct world *w = ctx;

	(void)vm;
	(void)vpe;
	return !w->refuse_residency;
}

static void doorbell(void *ctx)
{
	struct world *w = ctx;

	w->doorbells++;
}

static void make_pes(struct world *w)
{
	const struct model_vcpuif_config legacy = {
		.nr_lrs = 4,
		.pri_bits = 5,
		.pre_bits = 5,
		.id_bits = 16,
	};
	struct model_v5_config pe = {
		.ppi_implemented = { implemented[0], implemented[1] },
		.ppi_level = { level[0], level[1] },
		.pri_bits = 5,
		.id_bits = 16,
		.resident = resident,
		.doorbell = doorbell,
		.ctx = w,
	};

	for (uint32_t v = 0; v < w->config.nr_vcpus; v++) {
		assert_true(vgic_soft_vcpuif_init(&w->pe_legacy[v], &legacy));
		pe.legacy = &w->pe_legacy[v];
		pe.iaffid = iaffid(v);
		assert_true(vgic_soft_v5_reset(&w->pe[v], &pe));
	}
}

static void claim(struct world *w, uint32_t n)
{
	for (uint32_t v = 0; v < w->config.nr_vcpus; v++) {
		assert_int_equal(vgic_set_owner(w->gic, v, GICV5_PPI(n), w),
				 VGIC_OK);
	}
}

static void make_gic(struct world *w)
{
	const struct world_config *c = &w->config;
	const struct vgic_config config = {
		.model = VGIC_GICV5,
		.nr_vcpus = c->nr_vcpus,
		.nr_spis = c->nr_spis,
		.nr_side_entries = 32,
		.host = &host_ops,
		.host_ctx = w,
		.v5 = {
			.cpuif = c->interface == SOFT ?
					 &vgic_soft_v5_backend :
					 &el2_backend,
			.ppi_implemented = { implemented[0],
					     implemented[1] },
			.ppi_level = { level[0], level[1] },
			.nr_lpis = c->nr_lpis,
			.lpi_id_bits = c->lpi_id_bits,
			.nr_irs = c->nr_irs,
		},
	};
	size_t size = vgic_memory_size(&config);

	assert_int_not_equal(size, 0);
	w->memory = aligned_alloc(64, size);
	assert_non_null(w->memory);
	memset(w->memory, 0xa5, size);
	assert_int_equal(vgic_create(&config, w->memory, size, &w->gic), 0);
	for (uint32_t n = 0; n < c->nr_irs; n++) {
		assert_int_equal(
			vgic_set_irs_base(w->gic, n,
					  WORLD_IRS + n * WORLD_IRS_STRIDE),
			0);
	}
	for (uint32_t v = 0; v < c->nr_vcpus; v++) {
		assert_int_equal(vgic_vcpu_create(w->gic, v, iaffid(v),
						  &w->pe[v], &w->vcpu[v]),
				 0);
	}
}

struct world *world_create(const struct world_config *config)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	w->config = *config;
	if (!w->config.nr_vcpus) {
		w->config.nr_vcpus = 1;
	}
	if (!w->config.nr_irs) {
		w->config.nr_irs = 1;
	}
	if (!w->config.nr_spis) {
		w->config.nr_spis = 32;
	}
	if (!w->config.lpi_id_bits) {
		w->config.lpi_id_bits = 12;
		w->config.nr_lpis = 4096;
	}
	make_pes(w);
	make_gic(w);
	claim(w, PMU);
	claim(w, TIMER);
	claim(w, UPPER);
	claim(w, UPPER_EDGE);
	return w;
}

struct world *world_new(const struct world_config *config)
{
	struct world *w = world_create(config);

	for (uint32_t n = 0; n < w->config.nr_irs; n++) {
		mmio_store(w, 0, IRS(n) + IRS_CR0, 4, IRS_CR0_IRSEN);
	}
	for (uint32_t v = 0; v < w->config.nr_vcpus; v++) {
		guest_write(w, v, ICC_PPI_ENABLER0_EL1, ONES);
		guest_write(w, v, ICC_PPI_ENABLER1_EL1, ONES);
		guest_write(w, v, ICC_PCR_EL1, 31);
		guest_write(w, v, ICC_CR0_EL1, ICC_CR0_EL1_EN);
		w->kicks[v] = 0;
	}
	return w;
}

void world_end(struct world *w)
{
	for (uint32_t v = 0; v < w->config.nr_vcpus; v++) {
		stop(w, v);
	}
	assert_int_equal(vgic_check_invariants(w->gic), 0);
	assert_int_equal(w->bugs, 0);
	free(w->memory);
	free(w);
}

static void enter(struct world *w, uint32_t v)
{
	w->thread = v;
	vgic_load(w->vcpu[v]);
	w->kicked[v] = false;
	vgic_enter(w->vcpu[v]);
	w->in_guest[v] = true;
}

/* Nothing of the guest survives on a CPU that others use. */
static void soil(struct model_v5_cpuif *m)
{
	for (unsigned int n = 0; n < 2; n++) {
		m->regs->enabler[n] = m->config.ppi_implemented[n];
		m->regs->pendr[n] = m->regs->activer[n] = m->regs->dvir[n] = 0;
	}
	memset(m->regs->priorityr, 0, sizeof(m->regs->priorityr));
	(void)vgic_model_v5_ich_write(m, ICH_VCTLR_EL2,
				      ICH_VCTLR_EL2_EN | ICH_VCTLR_EL2_V3);
	(void)vgic_model_v5_ich_write(m, ICH_VMCR_EL2, 0xffffffff);
	(void)vgic_model_v5_ich_write(m, ICH_APR_EL2, 0xffff);
	(void)vgic_model_v5_ich_write(m, ICC_ICSR_EL1, 0xf802);
}

void leave(struct world *w, uint32_t v)
{
	stop(w, v);
	vgic_put(w->vcpu[v]);
	if (w->config.interface == HARD) {
		soil(&w->pe[v]);
	}
}

/* The CPU that takes a physical interrupt is out of guest code for it. */
static bool fire(struct world *w, uint32_t v)
{
	struct world_phys *phys = &w->timer[v];
	bool was_in = w->in_guest[v];

	if (!phys->mapped || !phys->line || phys->active || phys->direct) {
		return false;
	}
	phys->active = true;
	stop(w, v);
	assert_int_equal(vgic_inject_irq(w->gic, v, GICV5_PPI(TIMER), true, w),
			 VGIC_OK);
	if (was_in) {
		enter(w, v);
	}
	return true;
}

static void serve(struct world *w)
{
	uint32_t rounds = 0;
	bool again;

	do {
		again = false;
		for (uint32_t v = 0; v < w->config.nr_vcpus; v++) {
			again |= fire(w, v);
		}
		for (uint32_t v = 0; v < w->config.nr_vcpus; v++) {
			if (w->in_guest[v] && w->kicked[v]) {
				stop(w, v);
				enter(w, v);
				again = true;
			}
		}
		assert_true(rounds++ < MANY_ROUNDS);
	} while (again);
}

void run(struct world *w, uint32_t v)
{
	if (!w->in_guest[v]) {
		enter(w, v);
	}
	serve(w);
}

void stop(struct world *w, uint32_t v)
{
	if (w->in_guest[v]) {
		w->thread = v;
		w->in_guest[v] = false;
		vgic_exit(w->vcpu[v]);
	}
}

void slice(struct world *w, uint32_t v)
{
	stop(w, v);
	run(w, v);
}

/* V5_ENTERED: vCPUs stay entered wherever that is possible. */
static enum vgic_trap trap_entered(struct world *w, uint32_t v, uint32_t enc,
				   bool write, uint64_t *value)
{
	return getenv("V5_ENTERED") && w->in_guest[v] ?
		       vgic_trap_sysreg_entered(w->vcpu[v], enc, write, value) :
		       VGIC_TRAP_NOT_MINE;
}

static enum vgic_trap trap_once(struct world *w, uint32_t v, uint32_t enc,
				bool write, uint64_t *value)
{
	enum vgic_trap result;

	w->thread = v;
	result = trap_entered(w, v, enc, write, value);
	if (result == VGIC_TRAP_DONE || result == VGIC_TRAP_UNDEF) {
		run(w, v);
		return result;
	}
	stop(w, v);
	w->thread = v;
	result = vgic_trap_sysreg(w->vcpu[v], enc, write, value);
	if (result == VGIC_TRAP_NOT_MINE && enc == GIC_CDDI) {
		/* GIC VDDI: the IRS of this machine is the library. */
		vgic_v5_iri.command(w->vcpu[v], enc, *value);
		result = VGIC_TRAP_DONE;
	}
	run(w, v);
	return result;
}

static enum vgic_trap trap(struct world *w, uint32_t v, uint32_t enc,
			   bool write, uint64_t *value)
{
	const uint64_t given = *value;
	enum vgic_trap result;

	while ((result = trap_once(w, v, enc, write, value)) ==
	       VGIC_TRAP_RETRY) {
		assert_true(w->retries++ < MANY_RETRIES);
		*value = given;
	}
	return result;
}

/* What the PE does by itself takes effect at once, also in its IRS. */
static enum vgic_trap insn(struct world *w, uint32_t v, uint32_t enc,
			   bool write, uint64_t *value)
{
	enum model_access access;

	run(w, v);
	if (w->config.interface == SOFT) {
		return trap(w, v, enc, write, value);
	}
	access = write ? vgic_soft_v5_write(&w->pe[v], enc, *value) :
			 vgic_soft_v5_read(&w->pe[v], enc, value);
	if (access == MODEL_TRAP) {
		return trap(w, v, enc, write, value);
	}
	slice(w, v);
	return access == MODEL_DONE ? VGIC_TRAP_DONE : VGIC_TRAP_UNDEF;
}

void guest_write(struct world *w, uint32_t v, uint32_t enc, uint64_t value)
{
	assert_int_equal(insn(w, v, enc, true, &value), VGIC_TRAP_DONE);
}

uint64_t guest_read(struct world *w, uint32_t v, uint32_t enc)
{
	uint64_t value = UINT64_C(0xdeadbeefdeadbeef);

	assert_int_equal(insn(w, v, enc, false, &value), VGIC_TRAP_DONE);
	return value;
}

bool guest_is_undefined(struct world *w, uint32_t v, uint32_t enc, bool write)
{
	uint64_t value = 0;

	return insn(w, v, enc, write, &value) == VGIC_TRAP_UNDEF;
}

uint64_t guest_ack(struct world *w, uint32_t v)
{
	return guest_read(w, v, GICR_CDIA);
}

void guest_end(struct world *w, uint32_t v, uint32_t intid)
{
	guest_write(w, v, GIC_CDEOI, 0);
	guest_write(w, v, GIC_CDDI, VALID | intid);
}

uint64_t guest_rcfg(struct world *w, uint32_t v, uint32_t intid)
{
	guest_write(w, v, GIC_CDRCFG, intid);
	return guest_read(w, v, ICC_ICSR_EL1);
}

void guest_setup(struct world *w, uint32_t v, uint32_t intid, uint32_t to,
		 uint32_t prio)
{
	guest_write(w, v, GIC_CDPRI,
		    intid | FIELD_PUT(GIC_CDPRI_PRIORITY, prio));
	guest_write(w, v, GIC_CDAFF,
		    intid | FIELD_PUT(GIC_CDAFF_IAFFID, iaffid(to)));
	guest_write(w, v, GIC_CDEN, intid);
}

bool guest_irq(struct world *w, uint32_t v)
{
	run(w, v);
	return w->config.interface == SOFT ?
		       vgic_irq_asserted(w->vcpu[v]) :
		       vgic_soft_v5_irq_asserted(&w->pe[v]);
}

bool guest_mmio_once(struct world *w, uint32_t v, uint32_t offset,
		     unsigned int width, bool write, uint64_t *value)
{
	enum vgic_trap result;

	stop(w, v);
	w->thread = v;
	result = vgic_trap_mmio(w->vcpu[v], WORLD_IRS + offset, width, write,
				value);
	assert_true(result == VGIC_TRAP_DONE || result == VGIC_TRAP_RETRY);
	run(w, v);
	return result == VGIC_TRAP_DONE;
}

/* The access is made until it is done; it gets the same value each time. */
static uint64_t guest_mmio(struct world *w, uint32_t v, uint32_t offset,
			   unsigned int width, bool write, uint64_t value)
{
	uint64_t given = value;

	while (!guest_mmio_once(w, v, offset, width, write, &value)) {
		assert_true(w->retries++ < MANY_RETRIES);
		value = given;
	}
	return value;
}

uint64_t mmio_load(struct world *w, uint32_t v, uint32_t offset,
		   unsigned int width)
{
	return guest_mmio(w, v, offset, width, false,
			  UINT64_C(0xdeadbeefdeadbeef));
}

void mmio_store(struct world *w, uint32_t v, uint32_t offset,
		unsigned int width, uint64_t value)
{
	(void)guest_mmio(w, v, offset, width, true, value);
}

void guest_ist(struct world *w, bool two_level, uint32_t id_bits,
	       uint32_t istsz, uint32_t l2sz)
{
	mmio_store(w, 0, IRS_IST_CFGR, 4,
		   (two_level ? IRS_IST_CFGR_STRUCTURE : 0) |
			   FIELD_PUT(IRS_IST_CFGR_LPI_ID_BITS, id_bits) |
			   FIELD_PUT(IRS_IST_CFGR_ISTSZ, istsz) |
			   FIELD_PUT(IRS_IST_CFGR_L2SZ, l2sz));
	mmio_store(w, 0, IRS_IST_BASER, 8, WORLD_IST | IRS_IST_BASER_VALID);
}

void poke64(struct world *w, uint64_t ipa, uint64_t value)
{
	uint8_t *to = ram_at(w, ipa, sizeof(value));

	assert_non_null(to);
	for (unsigned int i = 0; i < sizeof(value); i++) {
		to[i] = (uint8_t)(value >> 8 * i);
	}
}

uint64_t peek64(struct world *w, uint64_t ipa)
{
	const uint8_t *from = ram_at(w, ipa, sizeof(uint64_t));
	uint64_t value = 0;

	assert_non_null(from);
	for (unsigned int i = 0; i < sizeof(value); i++) {
		value |= (uint64_t)from[i] << 8 * i;
	}
	return value;
}

uint64_t mistakes(struct world *w)
{
	struct vgic_stats stats;
	uint64_t sum = 0;

	for (uint32_t v = 0; v < w->config.nr_vcpus; v++) {
		vgic_get_stats(w->vcpu[v], &stats);
		sum += stats.guest_errors;
	}
	return sum;
}

void ppi(struct world *w, uint32_t v, uint32_t n, bool up)
{
	assert_int_equal(vgic_inject_irq(w->gic, v, GICV5_PPI(n), up, w), 0);
	serve(w);
}

void spi(struct world *w, uint32_t n, bool up)
{
	assert_int_equal(vgic_inject_irq(w->gic, 0, GICV5_SPI(n), up, NULL), 0);
	serve(w);
}

int message(struct world *w, uint32_t lpi)
{
	int error = vgic_inject_irq(w->gic, 0, GICV5_LPI(lpi), true, NULL);

	serve(w);
	return error;
}

static bool timer_level(void *opaque, uint32_t vcpu, uint32_t intid)
{
	struct world *w = opaque;

	(void)intid;
	return w->timer[vcpu].line;
}

const struct vgic_irq_ops timer_ops = { .get_input_level = timer_level };

void map_timer_to(struct world *w, uint32_t v, uint32_t pintid,
		  const struct vgic_irq_ops *ops)
{
	uint32_t intid = GICV5_PPI(TIMER);

	assert_int_equal(vgic_set_irq_ops(w->gic, v, intid, ops, w), VGIC_OK);
	assert_int_equal(vgic_map_irq(w->gic, v, intid, pintid), VGIC_OK);
	w->timer[v].mapped = true;
	w->timer[v].direct =
		vgic_irq_word(w->gic, vgic_irq_index(w->gic, v, intid)) & W_DVI;
}

void map_timer(struct world *w, uint32_t v)
{
	map_timer_to(w, v,
		     w->config.interface == SOFT ? PINT + v : GICV5_PPI(TIMER),
		     &timer_ops);
}

void timer_line(struct world *w, uint32_t v, bool up)
{
	w->timer[v].line = up;
	vgic_model_v5_set_physical(&w->pe[v], TIMER, up);
	serve(w);
}

struct vgic_irq_info info_of(struct world *w, uint32_t intid)
{
	struct vgic_irq_info info;

	assert_int_equal(vgic_get_irq_info(w->gic, 0, intid, &info), 0);
	return info;
}
