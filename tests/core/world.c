/* SPDX-License-Identifier: BSD-2-Clause */
#include "world.h"
#include "core/irq.h"

#include <string.h>

#include <vgic/its.h>

#include "model/ich.h"
#include "regs/gicv2.h"
#include "regs/gits.h"
#include "soft/gicv.h"

#define MAX_EXITS 100

static void kick(void *ctx, uint32_t vcpu)
{
	struct world *w = ctx;

	w->kicked[vcpu] = true;
	w->kicks[vcpu]++;
}

static void phys_set_active(void *ctx, uint32_t pintid, bool active)
{
	struct world *w = ctx;

	w->bad_ends += !active && !w->phys[pintid].active;
	w->phys[pintid].active = active;
	w->phys[pintid].by_software += !active;
	w->phys[pintid].activated += active;
	w->phys[pintid].thread = w->thread;
}

static void phys_set_pending(void *ctx, uint32_t pintid, bool pending)
{
	struct world *w = ctx;

	w->phys[pintid].pending = pending;
	w->phys[pintid].unpended += !pending;
}

static void bug(void *ctx, const char *what, uint32_t vcpu, uint32_t intid)
{
	struct world *w = ctx;

	if (!w->expect_bugs) {
		print_error("broken: %s (vCPU %d, INTID %d)\n", what, (int)vcpu,
			    (int)intid);
	}
	w->bugs++;
}

static uint8_t *in_ram(struct world *w, uint64_t ipa, size_t len)
{
	assert_in_range(len, 1, 4096);
	return ipa >= WORLD_RAM && ipa - WORLD_RAM <= WORLD_RAM_SIZE - len ?
		       w->ram + (ipa - WORLD_RAM) :
		       NULL;
}

static int read_guest(void *ctx, uint64_t ipa, void *buf, size_t len)
{
	const uint8_t *from = in_ram(ctx, ipa, len);

	if (!from) {
		return -1;
	}
	memcpy(buf, from, len);
	return 0;
}

static int write_guest(void *ctx, uint64_t ipa, const void *buf, size_t len)
{
	uint8_t *to = in_ram(ctx, ipa, len);

	if (!to) {
		return -1;
	}
	memcpy(to, buf, len);
	return 0;
}

static const struct vgic_host_ops host_ops = {
	.read_guest = read_guest,
	.write_guest = write_guest,
	.kick = kick,
	.phys_set_active = phys_set_active,
	.phys_set_pending = phys_set_pending,
	.bug = bug,
};

/* A list register with HW set was deactivated. */
static void hw_deactivate(void *ctx, uint32_t pintid)
{
	struct world *w = ctx;

	w->bad_ends += !w->phys[pintid].active;
	w->phys[pintid].active = false;
	w->phys[pintid].by_hardware++;
}

static void place_frames(struct world *w, const struct world_config *config)
{
	assert_int_equal(vgic_set_dist_base(w->gic, WORLD_DIST), 0);
	if (config->gicv2) {
		assert_int_equal(vgic_set_cpu_base(w->gic, WORLD_CPU), 0);
	} else {
		assert_int_equal(vgic_add_redist_region(w->gic, WORLD_REDIST,
							w->nr_vcpus),
				 0);
	}
	for (uint32_t i = 0; i < config->nr_its; i++) {
		assert_int_equal(
			vgic_set_its_base(w->gic, i, WORLD_ITS + i * GITS_SIZE),
			0);
	}
}

static void make_gic(struct world *w, const struct world_config *config)
{
	struct vgic_config gic = {
		.model = config->gicv2 ? VGIC_GICV2 : VGIC_GICV3,
		.nr_vcpus = w->nr_vcpus,
		.nr_spis = WORLD_SPIS,
		.nr_redist_regions = 8,
		.nr_side_entries = 8,
		.its = { config->nr_its, config->nr_lpis, config->nr_events },
		.cpuif = config->soft ? &vgic_soft_backend :
					&vgic_model_vcpuif_backend,
		.host = &host_ops,
		.host_ctx = w,
	};
	size_t size;

	vgic_soft_vcpuif_caps(&w->model[0], &gic.caps);
	gic.caps.hw_deactivation = !config->no_hw_deactivation;
	size = vgic_memory_size(&gic);
	w->memory = aligned_alloc(64, size);
	assert_non_null(w->memory);
	assert_int_equal(vgic_create(&gic, w->memory, size, &w->gic), 0);
	for (uint32_t v = 0; v < w->nr_vcpus; v++) {
		uint32_t number = config->numbers ? config->numbers[v] : v;

		assert_int_equal(vgic_vcpu_create_numbered(w->gic, v, number, v,
							   &w->model[v],
							   &w->vcpu[v]),
				 0);
	}
	if (config->frames) {
		place_frames(w, config);
	}
}

static void open_cpuif(struct world *w, uint32_t v)
{
	struct model_vcpuif *m = &w->model[v];

	if (m->config.gicv2) {
		assert_true(vgic_soft_gicv_write(m, GICC_PMR, 0xff));
		assert_true(vgic_soft_gicv_write(m, GICC_CTLR,
						 GICC_CTLR_EnableGrp0 |
							 GICC_CTLR_EnableGrp1));
		return;
	}
	guest_write(w, v, ICC_PMR_EL1, 0xff);
	guest_write(w, v, ICC_IGRPEN0_EL1, 1);
	guest_write(w, v, ICC_IGRPEN1_EL1, 1);
}

struct world *world_new(const struct world_config *config)
{
	struct world *w = calloc(1, sizeof(*w));
	struct model_vcpuif_config model = {
		.nr_lrs = (uint8_t)config->nr_lrs,
		.pri_bits = config->pri_bits ? config->pri_bits : 8,
		.pre_bits = config->pre_bits ? config->pre_bits : 5,
		.id_bits = 24,
		.tdir = !config->no_tdir,
		.gicv2 = config->gicv2,
		.deactivate = config->no_hw_deactivation || config->broken_hw ?
				      NULL :
				      hw_deactivate,
		.ctx = w,
	};

	assert_non_null(w);
	if (config->nr_its) {
		w->ram = calloc(1, WORLD_RAM_SIZE);
		assert_non_null(w->ram);
	}
	w->nr_vcpus = config->nr_vcpus ? config->nr_vcpus : 1;
	for (uint32_t v = 0; v < w->nr_vcpus; v++) {
		assert_true(vgic_soft_vcpuif_init(&w->model[v], &model));
	}
	make_gic(w, config);
	dist_groups(w, 0, 3);
	for (uint32_t v = 0; v < w->nr_vcpus; v++) {
		run(w, v);
		open_cpuif(w, v);
		stop(w, v);
	}
	return w;
}

void world_check(struct world *w)
{
	bool was_in[WORLD_VCPUS];

	for (uint32_t v = 0; v < w->nr_vcpus; v++) {
		was_in[v] = w->in_guest[v];
		stop(w, v);
	}
	assert_int_equal(vgic_check_invariants(w->gic), 0);
	for (uint32_t v = 0; v < w->nr_vcpus; v++) {
		if (was_in[v]) {
			run(w, v);
		}
	}
}

void world_end(struct world *w)
{
	for (uint32_t v = 0; v < w->nr_vcpus; v++) {
		stop(w, v);
	}
	world_check(w);
	assert_int_equal(w->bugs, 0);
	assert_int_equal(w->bad_ends, 0);
	free(w->memory);
	free(w->ram);
	free(w);
}

void run(struct world *w, uint32_t v)
{
	if (!w->in_guest[v]) {
		w->thread = v;
		vgic_load(w->vcpu[v]);
		w->kicked[v] = false;
		vgic_enter(w->vcpu[v]);
		w->in_guest[v] = true;
		world_serve(w, v);
	}
}

void stop(struct world *w, uint32_t v)
{
	if (w->in_guest[v]) {
		w->thread = v;
		w->in_guest[v] = false;
		vgic_exit(w->vcpu[v]);
	}
}

/* Once more, without the exits that may be due. */
static void reenter(struct world *w, uint32_t v)
{
	stop(w, v);
	w->kicked[v] = false;
	vgic_enter(w->vcpu[v]);
	w->in_guest[v] = true;
	w->exits[v]++;
}

void world_serve(struct world *w, uint32_t v)
{
	uint32_t exits = 0;

	while (w->in_guest[v] && !w->late[v] &&
	       (w->kicked[v] || vgic_model_vcpuif_maintenance(&w->model[v]))) {
		assert_true(exits++ < MAX_EXITS);
		reenter(w, v);
	}
}

/* Physical interrupts fire while their line is high and they are inactive. */
static bool fire(struct world *w)
{
	bool fired = false;

	for (uint32_t i = 0; i < WORLD_PHYS; i++) {
		struct world_phys *phys = &w->phys[i];

		if (phys->mapped && (phys->line || phys->pending) &&
		    !phys->active) {
			phys->active = true;
			phys->pending = false;
			fired = true;
			assert_int_equal(vgic_inject_irq(w->gic, phys->vcpu, i,
							 true, NULL),
					 0);
		}
	}
	return fired;
}

static void serve_all(struct world *w)
{
	do {
		for (uint32_t v = 0; v < w->nr_vcpus; v++) {
			world_serve(w, v);
		}
	} while (fire(w));
}

void slice(struct world *w, uint32_t v)
{
	stop(w, v);
	run(w, v);
}

static uint32_t read_iar(struct world *w, uint32_t v, uint32_t sysreg)
{
	uint64_t intid = 0;

	assert_true(w->in_guest[v]);
	assert_int_equal(vgic_soft_icv_read(&w->model[v], sysreg, &intid),
			 MODEL_DONE);
	serve_all(w);
	return (uint32_t)intid;
}

static uint32_t read_gicc_iar(struct world *w, uint32_t v)
{
	uint64_t iar = 0;

	assert_true(w->in_guest[v]);
	assert_true(vgic_soft_gicv_read(&w->model[v], GICC_IAR, &iar));
	serve_all(w);
	return (uint32_t)FIELD_GET(GICC_INTID, iar);
}

uint32_t guest_ack(struct world *w, uint32_t v)
{
	if (w->model[v].config.gicv2) {
		return read_gicc_iar(w, v);
	}
	return read_iar(w, v, ICC_IAR1_EL1);
}

uint32_t guest_ack0(struct world *w, uint32_t v)
{
	return read_iar(w, v, ICC_IAR0_EL1);
}

void guest_write(struct world *w, uint32_t v, uint32_t sysreg, uint64_t value)
{
	enum model_access result;

	assert_true(w->in_guest[v]);
	result = vgic_soft_icv_write(&w->model[v], sysreg, value);
	assert_int_not_equal(result, MODEL_UNDEF);
	if (result == MODEL_TRAP) {
		stop(w, v);
		assert_int_equal(
			vgic_trap_sysreg(w->vcpu[v], sysreg, true, &value),
			VGIC_TRAP_DONE);
		w->traps[v]++;
		run(w, v);
	}
	serve_all(w);
}

uint64_t guest_read(struct world *w, uint32_t v, uint32_t sysreg)
{
	enum model_access result;
	uint64_t value = 0;

	assert_true(w->in_guest[v]);
	result = vgic_soft_icv_read(&w->model[v], sysreg, &value);
	assert_int_not_equal(result, MODEL_UNDEF);
	if (result == MODEL_TRAP) {
		stop(w, v);
		assert_int_equal(
			vgic_trap_sysreg(w->vcpu[v], sysreg, false, &value),
			VGIC_TRAP_DONE);
		w->traps[v]++;
		run(w, v);
	}
	serve_all(w);
	return value;
}

void guest_eoi(struct world *w, uint32_t v, uint32_t intid)
{
	if (w->model[v].config.gicv2) {
		assert_true(
			vgic_soft_gicv_write(&w->model[v], GICC_EOIR, intid));
		serve_all(w);
		return;
	}
	guest_write(w, v, ICC_EOIR1_EL1, intid);
}

void guest_eoi0(struct world *w, uint32_t v, uint32_t intid)
{
	guest_write(w, v, ICC_EOIR0_EL1, intid);
}

void guest_dir(struct world *w, uint32_t v, uint32_t intid)
{
	guest_write(w, v, ICC_DIR_EL1, intid);
}

bool guest_virq(struct world *w, uint32_t v)
{
	return vgic_soft_vcpuif_virq(&w->model[v]);
}

void world_eoimode(struct world *w, unsigned int mode)
{
	for (uint32_t v = 0; v < w->nr_vcpus; v++) {
		run(w, v);
		guest_write(w, v, ICC_CTLR_EL1,
			    mode ? ICC_CTLR_EL1_EOImode : 0);
		stop(w, v);
	}
}

static uint64_t access32(struct world *w, uint32_t v, uint64_t ipa, bool write,
			 uint64_t value)
{
	bool was_in = w->in_guest[v];
	enum vgic_trap result;

	do {
		run(w, v);
		stop(w, v);
		w->thread = v;
		result = vgic_trap_mmio(w->vcpu[v], ipa, 4, write, &value);
		serve_all(w);
	} while (result == VGIC_TRAP_RETRY);
	assert_int_equal(result, VGIC_TRAP_DONE);
	if (was_in) {
		run(w, v);
	}
	serve_all(w);
	return value;
}

uint32_t guest_read32(struct world *w, uint32_t v, uint64_t ipa)
{
	return (uint32_t)access32(w, v, ipa, false, 0);
}

void guest_write32(struct world *w, uint32_t v, uint64_t ipa, uint32_t value)
{
	(void)access32(w, v, ipa, true, value);
}

void change_banked(struct world *w, uint32_t v, uint32_t bank, uint32_t intid,
		   enum vgic_change what, uint32_t arg)
{
	uint32_t index = vgic_irq_index(w->gic, bank, intid);
	bool was_in = w->in_guest[v];

	assert_int_not_equal(index, VGIC_NIL);
	stop(w, v);
	w->thread = v;
	vgic_irq_change(w->gic, w->vcpu[v], index, what, arg);
	if (was_in) {
		run(w, v);
	}
	serve_all(w);
}

void change(struct world *w, uint32_t v, uint32_t intid, enum vgic_change what,
	    uint32_t arg)
{
	change_banked(w, v, v, intid, what, arg);
}

void dist_groups(struct world *w, uint32_t v, uint32_t enables)
{
	bool was_in = w->in_guest[v];

	stop(w, v);
	w->thread = v;
	vgic_store_seq(&w->gic->gicd_ctlr, enables);
	vgic_notify_all(w->gic, w->vcpu[v], ATTN_GATES);
	if (was_in) {
		run(w, v);
	}
	serve_all(w);
}

void setup(struct world *w, uint32_t v, uint32_t intid, uint32_t prio,
	   bool level)
{
	change(w, v, intid, VGIC_SET_PRIORITY, prio);
	change(w, v, intid, VGIC_SET_LEVEL, level);
	if (intid >= GIC_SPI_BASE) {
		change(w, v, intid, VGIC_SET_TARGET, v);
	}
	change(w, v, intid, VGIC_SET_ENABLE, 0);
}

/* A pulse: the line does not stay up. */
void edge(struct world *w, uint32_t intid)
{
	line(w, intid, true);
	line(w, intid, false);
}

void line(struct world *w, uint32_t intid, bool level)
{
	assert_int_equal(vgic_inject_irq(w->gic, 0, intid, level, NULL), 0);
	serve_all(w);
}

static bool sample(void *opaque, uint32_t vcpu, uint32_t intid)
{
	struct world *w = opaque;

	(void)vcpu;
	w->samples++;
	return w->phys[intid].line;
}

const struct vgic_irq_ops world_ops = { .get_input_level = sample };

void map(struct world *w, uint32_t v, uint32_t intid)
{
	assert_int_equal(vgic_map_irq(w->gic, v, intid, intid), 0);
	assert_int_equal(vgic_set_irq_ops(w->gic, v, intid, &world_ops, w), 0);
	w->phys[intid].mapped = true;
	w->phys[intid].vcpu = v;
}

void phys_line(struct world *w, uint32_t pintid, bool level)
{
	w->phys[pintid].line = level;
	serve_all(w);
}

void phys_edge(struct world *w, uint32_t pintid)
{
	w->phys[pintid].pending = true;
	serve_all(w);
}

struct vgic_irq_info info_of(struct world *w, uint32_t v, uint32_t intid)
{
	struct vgic_irq_info info;

	assert_int_equal(vgic_get_irq_info(w->gic, v, intid, &info), 0);
	return info;
}

bool is_pending(struct world *w, uint32_t intid)
{
	return info_of(w, 0, intid).pending;
}

bool is_active(struct world *w, uint32_t intid)
{
	return info_of(w, 0, intid).active;
}

void assert_place(struct world *w, uint32_t v, uint32_t intid,
		  const char *place)
{
	assert_string_equal(info_of(w, v, intid).place, place);
}

uint64_t lr_of(struct world *w, uint32_t v, uint32_t intid)
{
	for (uint32_t n = 0; n < w->model[v].config.nr_lrs; n++) {
		uint64_t lr = w->model[v].lr[n];

		if ((lr & ICH_LR_EL2_State) &&
		    FIELD_GET(ICH_LR_EL2_vINTID, lr) == intid) {
			return lr;
		}
	}
	return 0;
}

struct vgic_stats stats_of(struct world *w, uint32_t v)
{
	struct vgic_stats stats;

	vgic_get_stats(w->vcpu[v], &stats);
	return stats;
}

uint32_t nesting(uint32_t n)
{
	return 0xf8 - 8 * n;
}

void take(struct world *w, uint32_t n)
{
	setup(w, 0, 32 + n, nesting(n), false);
	edge(w, 32 + n);
	assert_int_equal(guest_ack(w, 0), 32 + n);
}
