/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory, creation and reset. */
#include "core/gic.h"

#define ALIGN 64u

static size_t aligned(size_t size)
{
	return (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
}

static uint32_t irq_count(const struct vgic_config *config)
{
	return config->nr_vcpus * GIC_NR_PRIVATE + config->nr_spis;
}

/* Where each part lies in the embedder's memory. */
struct layout {
	size_t vcpus, irqs, sides, by_mpidr, regions, size;
};

static void lay_out(const struct vgic_config *config, struct layout *at)
{
	size_t next = aligned(sizeof(struct vgic));

	at->vcpus = next;
	next += aligned(config->nr_vcpus * sizeof(struct vgic_vcpu));
	at->irqs = next;
	next += aligned(irq_count(config) * sizeof(struct vgic_irq));
	at->sides = next;
	next += aligned(config->nr_side_entries * sizeof(struct vgic_side));
	at->by_mpidr = next;
	next += aligned(config->nr_vcpus * sizeof(uint16_t));
	at->regions = next;
	next += aligned(config->nr_redist_regions *
			sizeof(struct vgic_rdist_region));
	at->size = next;
}

static bool caps_valid(const struct vgic_cpuif_caps *caps)
{
	return caps->nr_lrs >= 1 && caps->nr_lrs <= VGIC_MAX_LRS &&
	       caps->pri_bits >= 5 && caps->pri_bits <= 8 &&
	       caps->pre_bits >= 5 && caps->pre_bits <= 7 &&
	       caps->pre_bits <= caps->pri_bits;
}

static bool config_valid(const struct vgic_config *config)
{
	return config->nr_vcpus >= 1 && config->nr_vcpus <= VGIC_MAX_VCPUS &&
	       config->nr_spis <= GIC_SPI_END - GIC_SPI_BASE &&
	       config->nr_redist_regions >= 1 &&
	       config->nr_redist_regions <= 64 &&
	       config->nr_side_entries <= irq_count(config) &&
	       caps_valid(&config->caps);
}

size_t vgic_memory_size(const struct vgic_config *config)
{
	struct layout at;

	if (!config || !config_valid(config)) {
		return 0;
	}
	lay_out(config, &at);
	return at.size;
}

/* The embedder's memory need not be zeroed. */
static void clear(void *memory, size_t size)
{
	uint64_t *word = memory;

	for (size_t i = 0; i < size / sizeof(*word); i++) {
		word[i] = 0;
	}
}

static void init_vcpu(struct vgic *gic, uint32_t index)
{
	struct vgic_vcpu *vcpu = &gic->vcpus[index];

	vcpu->gic = gic;
	vcpu->index = index;
	vcpu->stack = VGIC_NIL;
	vgic_store_relaxed(&vcpu->inbox, VGIC_NIL);
}

/* Reset values.  IHI 0069 12.9, 12.11; line and mapping are not the guest's */
void vgic_irq_reset(struct vgic *gic, uint32_t index)
{
	struct vgic_irq *irq = &gic->irqs[index];
	uint32_t private_irqs = gic->config.nr_vcpus * GIC_NR_PRIVATE;
	uint32_t intid = vgic_irq_intid(gic, index);
	uint64_t word = vgic_load_relaxed(&irq->word);
	uint32_t target = 0;

	word &= W_HW | W_SIDE | W_DVI | W_LINE;
	word |= W_GROUP1;
	if (index < private_irqs) {
		target = index / GIC_NR_PRIVATE;
		word |= intid < GIC_NR_SGIS ? W_ENABLE : W_LEVEL;
	} else {
		target = vgic_find_mpidr(gic, 0);
		if (word & W_SIDE) {
			vgic_store_relaxed(&vgic_side_of(gic, index)->route,
					   0);
		} else {
			vgic_store_relaxed(&irq->route, 0);
		}
	}
	vgic_store_relaxed(&irq->word,
			   w_release(w_set_target(word, target)));
}

static void reset_cpuif(struct vgic_vcpu *vcpu)
{
	struct vgic_ich_image *ich = &vcpu->ich;

	for (unsigned int i = 0; i < 4; i++) {
		ich->ap0r[i] = 0;
		ich->ap1r[i] = 0;
	}
	/* The least binary points that the preemption bits allow. */
	ich->vmcr = (uint32_t)(FIELD_PUT(ICH_VMCR_EL2_VBPR0,
					 7 - vcpu->gic->config.caps.pre_bits) |
			       FIELD_PUT(ICH_VMCR_EL2_VBPR1,
					 8 - vcpu->gic->config.caps.pre_bits));
	ich->hcr = ICH_HCR_EL2_En;
	ich->hcr_dirty = true;
	vcpu->refill = true;
}

int vgic_create(const struct vgic_config *config, void *memory, size_t size,
		struct vgic **out)
{
	uint8_t *base = memory;
	struct vgic *gic = memory;
	struct layout at;

	if (!config || !memory || !out || (uintptr_t)memory % ALIGN ||
	    !config_valid(config) || !config->cpuif || !config->host ||
	    !config->host->kick) {
		return VGIC_E_INVAL;
	}
	if (config->model != VGIC_GICV3) {
		return VGIC_E_NOTSUP;
	}
	lay_out(config, &at);
	if (size < at.size) {
		return VGIC_E_NOMEM;
	}
	clear(memory, at.size);
	gic->config = *config;
	gic->nr_irqs = irq_count(config);
	gic->vcpus = (struct vgic_vcpu *)(base + at.vcpus);
	gic->irqs = (struct vgic_irq *)(base + at.irqs);
	gic->sides = (struct vgic_side *)(base + at.sides);
	gic->by_mpidr = (uint16_t *)(base + at.by_mpidr);
	gic->regions = (struct vgic_rdist_region *)(base + at.regions);
	for (uint32_t i = 0; i < config->nr_vcpus; i++) {
		init_vcpu(gic, i);
	}
	vgic_reset(gic);
	*out = gic;
	return VGIC_OK;
}

/* Keep by_mpidr in order of affinity. */
static void insert_mpidr(struct vgic *gic, uint32_t index, uint32_t mpidr)
{
	uint32_t at = vgic_lower_mpidr(gic, mpidr);

	for (uint32_t i = gic->nr_created; i > at; i--) {
		gic->by_mpidr[i] = gic->by_mpidr[i - 1];
	}
	gic->by_mpidr[at] = (uint16_t)index;
	gic->nr_created++;
}

/* SPIs reset to affinity 0, which may be this vCPU's. */
static void route_spis(struct vgic *gic)
{
	uint32_t index = gic->config.nr_vcpus * GIC_NR_PRIVATE;

	for (; index < gic->nr_irqs; index++) {
		if (!(vgic_irq_word(gic, index) & W_IRM)) {
			vgic_set_route(gic, NULL, index,
				       vgic_get_route(gic, index), false);
		}
	}
}

int vgic_vcpu_create(struct vgic *gic, uint32_t index, uint32_t mpidr,
		     void *hw, struct vgic_vcpu **out)
{
	struct vgic_vcpu *vcpu;

	if (index >= gic->config.nr_vcpus ||
	    (mpidr >> 24 && !gic->config.caps.a3v)) {
		return VGIC_E_INVAL;
	}
	vcpu = &gic->vcpus[index];
	if (vcpu->created || vgic_find_mpidr(gic, mpidr) != VGIC_NOWHERE) {
		return VGIC_E_EXIST;
	}
	vcpu->hw = hw;
	vcpu->mpidr = mpidr;
	insert_mpidr(gic, index, mpidr);
	vcpu->created = true;
	if (mpidr == 0) {
		route_spis(gic);
	}
	*out = vcpu;
	return VGIC_OK;
}

/* Take everything away from a vCPU, whatever state it was in. */
static void release_all(struct vgic_vcpu *vcpu)
{
	vcpu->ich.used = 0;
	vcpu->ich.dirty = 0;
	vcpu->summary[0] = 0;
	vcpu->summary[1] = 0;
	vcpu->stack = VGIC_NIL;
	vgic_store_relaxed(&vcpu->inbox, VGIC_NIL);
	vgic_store_relaxed(&vcpu->stale_lists, 0);
	vgic_store_relaxed(&vcpu->attention, 0);
	for (unsigned int n = 0; n < VGIC_MAX_LRS; n++) {
		vcpu->ich.lr[n] = 0;
		vcpu->lr_known[n] = 0;
	}
}

static void reset_redist(struct vgic_vcpu *vcpu)
{
	vgic_store_relaxed(&vcpu->gicr_ctlr, 0);
	vgic_store_relaxed(&vcpu->gicr_waker,
			   GICR_WAKER_ProcessorSleep |
				   GICR_WAKER_ChildrenAsleep);
	vgic_store_relaxed(&vcpu->gicr_statusr, 0);
}

void vgic_vcpu_reset(struct vgic_vcpu *vcpu, bool redistributor)
{
	struct vgic *gic = vcpu->gic;
	uint32_t first = vcpu->index * GIC_NR_PRIVATE;

	reset_cpuif(vcpu);
	if (!redistributor) {
		return;
	}
	reset_redist(vcpu);
	for (uint32_t i = first; i < first + GIC_NR_PRIVATE; i++) {
		uint64_t reset_level = i - first < GIC_NR_SGIS ? 0 : 1;

		vgic_irq_change(gic, vcpu, i, VGIC_CLEAR_PENDING, 0);
		vgic_irq_change(gic, vcpu, i, VGIC_CLEAR_ACTIVE, 0);
		vgic_irq_change(gic, vcpu, i,
				reset_level ? VGIC_CLEAR_ENABLE :
					      VGIC_SET_ENABLE, 0);
		vgic_irq_change(gic, vcpu, i, VGIC_SET_GROUP, 1);
		vgic_irq_change(gic, vcpu, i, VGIC_SET_PRIORITY, 0);
		vgic_irq_change(gic, vcpu, i, VGIC_SET_LEVEL,
				(uint32_t)reset_level);
	}
}

void vgic_reset(struct vgic *gic)
{
	for (uint32_t i = 0; i < gic->config.nr_vcpus; i++) {
		struct vgic_vcpu *vcpu = &gic->vcpus[i];

		release_all(vcpu);
		reset_cpuif(vcpu);
		reset_redist(vcpu);
	}
	for (uint32_t i = 0; i < gic->nr_irqs; i++) {
		vgic_irq_reset(gic, i);
	}
	vgic_store_relaxed(&gic->gicd_ctlr, 0);
	vgic_store_relaxed(&gic->gicd_statusr, 0);
}

struct vgic_vcpu *vgic_vcpu_get(struct vgic *gic, uint32_t index)
{
	return index < gic->config.nr_vcpus && gic->vcpus[index].created ?
		       &gic->vcpus[index] :
		       NULL;
}

uint32_t vgic_vcpu_index(const struct vgic_vcpu *vcpu)
{
	return vcpu->index;
}

const char *vgic_version(void)
{
	return "0.1.0";
}
