/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/v3/rig.h"
#include "model/ich.h"

static void kick(void *ctx, uint32_t vcpu)
{
	struct rig *rig = ctx;

	rig->kicked[vcpu] = true;
}

static void bug(void *ctx, const char *what, uint32_t vcpu, uint32_t intid)
{
	struct rig *rig = ctx;

	print_error("broken invariant: %s (vCPU %d, INTID %d)\n", what,
		    (int)vcpu, (int)intid);
	rig->bugs++;
}

static const struct vgic_host_ops host_ops = { .kick = kick, .bug = bug };

static uint32_t default_mpidr(uint32_t index)
{
	return index / 16 << 8 | index % 16;
}

static void make_cpu(struct rig *rig, uint32_t index)
{
	struct model_vcpuif_config config = {
		.nr_lrs = rig->config.nr_lrs,
		.pri_bits = 5,
		.pre_bits = 5,
		.id_bits = 24,
		.a3v = !rig->config.no_a3v,
		.tdir = true,
	};

	assert_true(vgic_soft_vcpuif_init(&rig->cpu[index], &config));
}

static void make_gic(struct rig *rig)
{
	struct vgic_config config = {
		.model = VGIC_GICV3,
		.nr_vcpus = rig->config.nr_vcpus,
		.nr_spis = rig->config.nr_spis,
		.nr_redist_regions = 2,
		.nr_side_entries = 4,
		.cpuif = &vgic_model_vcpuif_backend,
		.host = &host_ops,
		.host_ctx = rig,
	};
	size_t size;

	vgic_soft_vcpuif_caps(&rig->cpu[0], &config.caps);
	size = vgic_memory_size(&config);
	assert_true(size > 0);
	rig->memory = aligned_alloc(64, size);
	assert_non_null(rig->memory);
	assert_int_equal(vgic_create(&config, rig->memory, size, &rig->gic),
			 VGIC_OK);
	assert_int_equal(vgic_set_dist_base(rig->gic, RIG_GICD), VGIC_OK);
	assert_int_equal(
		vgic_add_redist_region(rig->gic, RIG_GICR, RIG_FIRST_REGION),
		VGIC_OK);
	assert_int_equal(vgic_add_redist_region(rig->gic, RIG_GICR_HIGH, 512),
			 VGIC_OK);
}

struct rig *rig_new(const struct rig_config *config)
{
	struct rig *rig = calloc(1, sizeof(*rig));
	uint32_t n = config->nr_vcpus;

	assert_non_null(rig);
	rig->config = *config;
	if (rig->config.nr_lrs == 0) {
		rig->config.nr_lrs = 4;
	}
	if (!rig->config.mpidr) {
		rig->config.mpidr = default_mpidr;
	}
	rig->vcpu = calloc(n, sizeof(struct vgic_vcpu *));
	rig->cpu = calloc(n, sizeof(struct model_vcpuif));
	rig->in_guest = calloc(n, sizeof(bool));
	rig->kicked = calloc(n, sizeof(bool));
	assert_true(rig->vcpu && rig->cpu && rig->in_guest && rig->kicked);
	for (uint32_t i = 0; i < n; i++) {
		make_cpu(rig, i);
	}
	make_gic(rig);
	for (uint32_t i = 0; i < n; i++) {
		assert_int_equal(vgic_vcpu_create(rig->gic, i,
						  rig->config.mpidr(i),
						  &rig->cpu[i], &rig->vcpu[i]),
				 VGIC_OK);
	}
	for (uint32_t i = 0; i < n; i++) {
		vgic_load(rig->vcpu[i]);
	}
	return rig;
}

void rig_free(struct rig *rig)
{
	for (uint32_t i = 0; i < rig->config.nr_vcpus; i++) {
		rig_exit(rig, i);
	}
	assert_int_equal(vgic_check_invariants(rig->gic), 0);
	assert_int_equal(rig->bugs, 0);
	free(rig->memory);
	free(rig->vcpu);
	free(rig->cpu);
	free(rig->in_guest);
	free(rig->kicked);
	free(rig);
}

/* An access traps: out of guest code, and in again if it was in. */
static enum vgic_trap trap(struct rig *rig, uint32_t vcpu, uint64_t ipa,
			   unsigned int width, bool write, uint64_t *value)
{
	bool was_in = rig->in_guest[vcpu];
	enum vgic_trap result;

	rig_exit(rig, vcpu);
	result = vgic_trap_mmio(rig->vcpu[vcpu], ipa, width, write, value);
	if (was_in) {
		rig_enter(rig, vcpu);
	}
	return result;
}

uint64_t rig_read(struct rig *rig, uint32_t vcpu, uint64_t ipa,
		  unsigned int width)
{
	uint64_t value = ~UINT64_C(0);

	while (trap(rig, vcpu, ipa, width, false, &value) == VGIC_TRAP_RETRY) {
		rig_settle(rig);
	}
	return value;
}

void rig_write(struct rig *rig, uint32_t vcpu, uint64_t ipa, unsigned int width,
	       uint64_t value)
{
	assert_int_equal(trap(rig, vcpu, ipa, width, true, &value),
			 VGIC_TRAP_DONE);
}

uint64_t rig_gicr(const struct rig *rig, uint32_t vcpu, uint32_t offset)
{
	(void)rig;
	if (vcpu < RIG_FIRST_REGION) {
		return RIG_GICR + (uint64_t)vcpu * GICR_STRIDE + offset;
	}
	return RIG_GICR_HIGH +
	       (uint64_t)(vcpu - RIG_FIRST_REGION) * GICR_STRIDE + offset;
}

uint64_t rig_errors(const struct rig *rig, uint32_t vcpu)
{
	struct vgic_stats stats;

	vgic_get_stats(rig->vcpu[vcpu], &stats);
	return stats.guest_errors;
}

uint64_t rig_mrs(struct rig *rig, uint32_t vcpu, uint32_t enc)
{
	uint64_t value = 0;

	assert_int_equal(vgic_soft_icv_read(&rig->cpu[vcpu], enc, &value),
			 MODEL_DONE);
	return value;
}

void rig_msr(struct rig *rig, uint32_t vcpu, uint32_t enc, uint64_t value)
{
	bool was_in = rig->in_guest[vcpu];
	enum model_access access =
		vgic_soft_icv_write(&rig->cpu[vcpu], enc, value);

	if (access == MODEL_DONE) {
		return;
	}
	assert_int_equal(access, MODEL_TRAP);
	rig_exit(rig, vcpu);
	assert_int_equal(vgic_trap_sysreg(rig->vcpu[vcpu], enc, true, &value),
			 VGIC_TRAP_DONE);
	if (was_in) {
		rig_enter(rig, vcpu);
	}
}

void rig_enter(struct rig *rig, uint32_t vcpu)
{
	if (!rig->in_guest[vcpu]) {
		rig->kicked[vcpu] = false;
		vgic_enter(rig->vcpu[vcpu]);
		rig->in_guest[vcpu] = true;
	}
}

void rig_exit(struct rig *rig, uint32_t vcpu)
{
	if (rig->in_guest[vcpu]) {
		rig->in_guest[vcpu] = false;
		vgic_exit(rig->vcpu[vcpu]);
	}
}

static bool called_out(const struct rig *rig, uint32_t vcpu)
{
	return rig->in_guest[vcpu] &&
	       (rig->kicked[vcpu] ||
		vgic_model_vcpuif_maintenance(&rig->cpu[vcpu]));
}

void rig_settle(struct rig *rig)
{
	for (uint32_t i = 0, calm = 0; calm < rig->config.nr_vcpus;
	     i = (i + 1) % rig->config.nr_vcpus) {
		if (called_out(rig, i)) {
			rig_exit(rig, i);
			rig_enter(rig, i);
			calm = 0;
		} else {
			calm++;
		}
	}
}

void rig_start(struct rig *rig)
{
	rig_write32(rig, 0, RIG_GICD + GICD_CTLR,
		    GICD_CTLR_EnableGrp0 | GICD_CTLR_EnableGrp1);
	for (uint32_t i = 0; i < rig->config.nr_vcpus; i++) {
		rig_write32(rig, i, rig_gicr(rig, i, GICR_WAKER), 0);
		rig_enter(rig, i);
		rig_msr(rig, i, ICC_PMR_EL1, 0xf8);
		rig_msr(rig, i, ICC_IGRPEN0_EL1, 1);
		rig_msr(rig, i, ICC_IGRPEN1_EL1, 1);
	}
	rig_settle(rig);
}

uint32_t rig_ack(struct rig *rig, uint32_t vcpu)
{
	uint32_t intid;

	rig_settle(rig);
	intid = (uint32_t)rig_mrs(rig, vcpu, ICC_IAR1_EL1);
	rig_settle(rig);
	return intid;
}

void rig_eoi(struct rig *rig, uint32_t vcpu, uint32_t intid)
{
	rig_msr(rig, vcpu, ICC_EOIR1_EL1, intid);
	rig_settle(rig);
}

void rig_spi(struct rig *rig, uint32_t intid, uint8_t priority, uint32_t target,
	     bool level)
{
	uint32_t mpidr = rig->config.mpidr(target);
	uint64_t icfgr = RIG_GICD + GICD_ICFGR + intid / 16 * 4;
	uint32_t edge = 2u << intid % 16 * 2;
	uint32_t config = rig_read32(rig, 0, icfgr) & ~edge;

	rig_write(rig, 0, RIG_GICD + GICD_IROUTER + 8 * intid, 8,
		  (uint64_t)(mpidr >> 24) << 32 | (mpidr & 0xffffff));
	rig_write(rig, 0, RIG_GICD + GICD_IPRIORITYR + intid, 1, priority);
	rig_write32(rig, 0, icfgr, level ? config : config | edge);
	rig_write32(rig, 0, RIG_GICD + GICD_ISENABLER + intid / 32 * 4,
		    1u << intid % 32);
	rig_settle(rig);
}

struct vgic_irq_info rig_info(struct rig *rig, uint32_t vcpu, uint32_t intid)
{
	struct vgic_irq_info info;

	assert_int_equal(vgic_get_irq_info(rig->gic, vcpu, intid, &info),
			 VGIC_OK);
	return info;
}
