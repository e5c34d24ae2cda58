/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory, creation and reset. */
#include "core/gic.h"
#include "its/its.h"
#include "v2/v2.h"
#include "v5/v5.h"

#define ALIGN 64u

static size_t aligned(size_t size)
{
	return (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
}

static uint32_t nr_private(const struct vgic_config *config)
{
	return config->model == VGIC_GICV5 ? V5_NR_PPIS : GIC_NR_PRIVATE;
}

static uint32_t nr_lpis(const struct vgic_config *config)
{
	return config->model == VGIC_GICV5 ? config->v5.nr_lpis :
					     config->its.nr_lpis;
}

static uint32_t irq_count(const struct vgic_config *config)
{
	return config->nr_vcpus * nr_private(config) + config->nr_spis +
	       nr_lpis(config);
}

/* Where each part lies in the embedder's memory. */
struct layout {
	size_t vcpus, irqs, sides, by_mpidr, by_number, regions, its, records;
	size_t size;
	/* GICv5 only. */
	size_t v5, v5_vcpus, chunk_of, id_of;
};

/* Entries of the directory from LPI IDs to the words they were given. */
static uint32_t nr_chunk_ids(const struct vgic_config *config)
{
	return (1u << config->v5.lpi_id_bits) / V5_LPI_CHUNK;
}

static size_t lay_out_v5(const struct vgic_config *config, size_t next,
			 struct layout *at)
{
	at->v5 = next;
	next += aligned(sizeof(struct vgic_v5));
	at->v5_vcpus = next;
	next += aligned(config->nr_vcpus * sizeof(struct vgic_v5_vcpu));
	at->chunk_of = next;
	next += aligned(nr_chunk_ids(config) * sizeof(uint32_t));
	at->id_of = next;
	return next + aligned(nr_lpis(config) / V5_LPI_CHUNK *
			      sizeof(uint32_t));
}

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
	at->by_number = next;
	next += aligned(VGIC_MAX_VCPUS * sizeof(uint16_t));
	at->regions = next;
	next += aligned(config->nr_redist_regions *
			sizeof(struct vgic_rdist_region));
	at->its = next;
	next += aligned(config->its.nr_its * sizeof(struct vgic_its));
	at->records = next;
	next += its_records_size(config);
	at->size = config->model == VGIC_GICV5 ?
			   lay_out_v5(config, next, at) :
			   next;
}

static bool caps_valid(const struct vgic_cpuif_caps *caps)
{
	return caps->nr_lrs >= 1 && caps->nr_lrs <= VGIC_MAX_LRS &&
	       caps->pri_bits >= 5 && caps->pri_bits <= 8 &&
	       caps->pre_bits >= 5 && caps->pre_bits <= 7 &&
	       caps->pre_bits <= caps->pri_bits;
}

static bool v5_valid(const struct vgic_config *config)
{
	const struct vgic_v5_config *v5 = &config->v5;

	return v5->nr_irs >= 1 && v5->nr_irs <= V5_MAX_IRS &&
	       config->nr_spis <= 65536 && config->nr_spis % v5->nr_irs == 0 &&
	       v5->lpi_id_bits >= 10 && v5->lpi_id_bits <= 24 &&
	       v5->nr_lpis % V5_LPI_CHUNK == 0 &&
	       v5->nr_lpis <= 1u << v5->lpi_id_bits;
}

/* GICD_TYPER.num_LPIs can say 4 LPIs, but no fewer: see v3/dist.c. */
static bool its_valid(const struct vgic_config *config)
{
	const struct vgic_its_config *its = &config->its;

	if (!its->nr_its) {
		return !its->nr_lpis && !its->nr_events;
	}
	return config->model == VGIC_GICV3 && its->nr_its <= VGIC_MAX_ITS &&
	       its->nr_lpis >= VGIC_MIN_LPIS &&
	       its->nr_lpis <= VGIC_MAX_LPIS && its->nr_events <= its->nr_lpis;
}

/* A GICv2 has no redistributors. */
static bool v3_valid(const struct vgic_config *config)
{
	return config->nr_spis <= GIC_SPI_END - GIC_SPI_BASE &&
	       (config->nr_redist_regions >= 1 ||
		config->model == VGIC_GICV2) &&
	       config->nr_redist_regions <= 64 && caps_valid(&config->caps);
}

static bool config_valid(const struct vgic_config *config)
{
	if (config->model != VGIC_GICV2 && config->model != VGIC_GICV3 &&
	    config->model != VGIC_GICV5) {
		return false;
	}
	if (config->model == VGIC_GICV2 &&
	    config->nr_vcpus > GICV2_MAX_CPUS) {
		return false;
	}
	return config->nr_vcpus >= 1 && config->nr_vcpus <= VGIC_MAX_VCPUS &&
	       (config->model == VGIC_GICV5 ? v5_valid(config) :
					      v3_valid(config)) &&
	       its_valid(config) &&
	       config->nr_side_entries <= irq_count(config);
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

/* Take everything away from a vCPU, whatever state it was in. */
static void release_all(struct vgic_vcpu *vcpu)
{
	vgic_sync_end(vcpu);
	vcpu->ich.used = 0;
	vcpu->ich.dirty = 0;
	vcpu->summary[0] = 0;
	vcpu->summary[1] = 0;
	vcpu->stacked = 0;
	for (uint32_t i = 0; i < VGIC_NR_PRIOS; i++) {
		vcpu->stack[i] = VGIC_NIL;
	}
	vcpu->backlog.reversing = VGIC_NIL;
	vcpu->backlog.judging = VGIC_NIL;
	vcpu->backlog.stale = 0;
	vcpu->backlog.behind = false;
	vgic_store_relaxed(&vcpu->inbox, VGIC_NIL);
	vgic_store_relaxed(&vcpu->stale_lists, 0);
	vgic_store_relaxed(&vcpu->attention, 0);
	for (unsigned int n = 0; n < VGIC_MAX_LRS; n++) {
		vcpu->ich.lr[n] = 0;
		vcpu->lr_known[n] = 0;
	}
}

static void init_vcpu(struct vgic *gic, uint32_t index)
{
	struct vgic_vcpu *vcpu = &gic->vcpus[index];

	vcpu->gic = gic;
	vcpu->index = index;
	vcpu->pri_bits = gic->config.caps.pri_bits;
	vcpu->id_bits = gic->config.caps.id_bits;
	release_all(vcpu);
}

/* As KVM: a GICv2's interrupts start in Group 0, a GICv3's in Group 1. */
static uint64_t v3_reset_word(const struct vgic *gic, uint32_t index)
{
	uint64_t group = gic->config.model == VGIC_GICV2 ? 0 : W_GROUP1;

	if (index >= gic->first_spi) {
		return group;
	}
	return vgic_irq_intid(gic, index) < GIC_NR_SGIS ? group | W_ENABLE :
							  group | W_LEVEL;
}

uint64_t vgic_irq_reset_word(const struct vgic *gic, uint32_t index)
{
	return gic->v5 ? vgic_v5_reset_word(gic, index) :
			 v3_reset_word(gic, index);
}

/*
 * What is not the guest's: the mapping, and lines, a mapped one's excepted.
 * A GICv5 SPI's trigger mode, which shares its bit with DVI, is the guest's.
 */
static uint64_t host_part(const struct vgic *gic, uint32_t index,
			  uint64_t word, bool keep_lines)
{
	uint64_t lines = (word & W_HW) || !keep_lines ? 0 : W_LINE | W_WIRE;

	return word & (W_SIDE | W_HW | lines |
		       (index < gic->first_spi ? W_DVI : 0));
}

/* Reset values.  IHI 0069 12.9, 12.11 */
void vgic_irq_clear(struct vgic *gic, uint32_t index, bool keep_lines)
{
	struct vgic_irq *irq = &gic->irqs[index];
	uint64_t was = vgic_load_relaxed(&irq->word);
	uint64_t word = host_part(gic, index, was, keep_lines) |
			vgic_irq_reset_word(gic, index);
	uint32_t target = index < gic->first_spi ?
				  index / gic->nr_private :
				  vgic_route_target(gic, 0);

	word |= was & (W_PHYS | W_FIRED) ? W_PHYS : 0;
	/* A GICv2's SGIs have their senders there. */
	vgic_store_relaxed(&irq->route, 0);
	word = w_release(w_set_target(word, target));
	vgic_queue_moved(gic, NULL, index, was, word);
	vgic_store_relaxed(&irq->word, word);
}

/* A private physical interrupt waits for the thread of its vCPU. */
static void release_phys(struct vgic *gic, uint32_t index)
{
	if (!(vgic_irq_word(gic, index) & W_PHYS)) {
		return;
	}
	if (index >= gic->first_spi) {
		vgic_phys_deactivate(gic, index);
		vgic_store_relaxed(&gic->irqs[index].word,
				   vgic_irq_word(gic, index) & ~W_PHYS);
	} else if (!gic->v5) {
		/* GICv5 looks at all its PPIs anew after a reset. */
		vgic_irq_change(gic, NULL, index, VGIC_REVIEW, 0);
	}
}

/* The parts that only a GICv5 has, or its absence. */
static void init_model(struct vgic *gic, uint8_t *base,
		       const struct layout *at)
{
	const struct vgic_config *config = &gic->config;
	struct vgic_v5_vcpu *v5_vcpus;

	gic->nr_private = nr_private(config);
	gic->first_spi = config->nr_vcpus * gic->nr_private;
	gic->first_lpi = gic->first_spi + config->nr_spis;
	gic->policy = &vgic_lr_policy;
	gic->holds_actives = true;
	gic->counts_spis = !config->caps.tdir && config->nr_vcpus > 1;
	if (config->model != VGIC_GICV5) {
		return;
	}
	gic->policy = &vgic_ppi_policy;
	gic->holds_actives = false;
	gic->counts_spis = false;
	gic->private_ops = config->v5.cpuif->execute ?
				   &vgic_v5_soft_ppi_ops :
				   &vgic_v5_ppi_ops;
	gic->ops_seen = vgic_ops_bits(gic->private_ops);
	gic->v5 = (struct vgic_v5 *)(base + at->v5);
	gic->v5->chunk_of = (_Atomic(uint32_t) *)(base + at->chunk_of);
	gic->v5->id_of = (_Atomic(uint32_t) *)(base + at->id_of);
	gic->v5->nr_chunks = nr_lpis(config) / V5_LPI_CHUNK;
	gic->v5->nr_chunk_ids = nr_chunk_ids(config);
	v5_vcpus = (struct vgic_v5_vcpu *)(base + at->v5_vcpus);
	for (uint32_t i = 0; i < config->nr_vcpus; i++) {
		v5_vcpus[i].irs =
			&gic->v5->irs[vgic_v5_irs_of_vcpu(gic, i)];
		gic->vcpus[i].v5 = &v5_vcpus[i];
	}
}

/* Those who would get SErrors must not hand out list registers. */
static bool is_safe(const struct vgic_config *config)
{
	return config->model == VGIC_GICV5 || !config->caps.broken_seis ||
	       config->cpuif->execute;
}

static bool ops_present(const struct vgic_config *config)
{
	const struct vgic_host_ops *host = config->host;

	return host && host->kick &&
	       (!config->its.nr_its ||
		(host->read_guest && host->write_guest)) &&
	       (config->model == VGIC_GICV5 ? config->v5.cpuif != NULL :
					      config->cpuif != NULL);
}

int vgic_create(const struct vgic_config *config, void *memory, size_t size,
		struct vgic **out)
{
	uint8_t *base = memory;
	struct vgic *gic = memory;
	struct layout at;

	if (!config || !memory || !out || (uintptr_t)memory % ALIGN ||
	    !ops_present(config)) {
		return VGIC_E_INVAL;
	}
	if (!config_valid(config)) {
		return VGIC_E_INVAL;
	}
	if (!is_safe(config)) {
		return VGIC_E_NOTSUP;
	}
	lay_out(config, &at);
	if (size < at.size) {
		return VGIC_E_NOMEM;
	}
	clear(memory, at.size);
	gic->config = *config;
	gic->revision = VGIC_IIDR_REVISION;
	gic->nr_irqs = irq_count(config);
	gic->vcpus = (struct vgic_vcpu *)(base + at.vcpus);
	gic->irqs = (struct vgic_irq *)(base + at.irqs);
	gic->sides = (struct vgic_side *)(base + at.sides);
	gic->by_mpidr = (uint16_t *)(base + at.by_mpidr);
	gic->by_number = (uint16_t *)(base + at.by_number);
	gic->its = (struct vgic_its *)(base + at.its);
	if (config->its.nr_its) {
		its_records_place(gic, base + at.records);
	}
	gic->regions = (struct vgic_rdist_region *)(base + at.regions);
	init_model(gic, base, &at);
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

/* SPIs and LPIs reset to affinity 0, which may be this vCPU's. */
static void route_shared(struct vgic *gic)
{
	uint32_t index = gic->first_spi;
	uint32_t target = vgic_route_target(gic, 0);

	/* No LPI is there yet: these are the words that they will have. */
	for (uint32_t i = gic->first_lpi; gic->v5 && i < gic->nr_irqs; i++) {
		vgic_store_relaxed(&gic->irqs[i].word,
				   w_set_target(vgic_irq_word(gic, i),
						target));
	}
	for (; index < gic->first_lpi; index++) {
		if (!(vgic_irq_word(gic, index) & W_IRM)) {
			(void)vgic_set_route(gic, NULL, index,
				       vgic_get_route(gic, index), false);
		}
	}
}

int vgic_vcpu_create(struct vgic *gic, uint32_t index, uint32_t mpidr,
		     void *hw, struct vgic_vcpu **out)
{
	return vgic_vcpu_create_numbered(gic, index, index, mpidr, hw, out);
}

int vgic_vcpu_create_numbered(struct vgic *gic, uint32_t index,
			      uint32_t number, uint32_t mpidr, void *hw,
			      struct vgic_vcpu **out)
{
	struct vgic_vcpu *vcpu;

	if (index >= gic->config.nr_vcpus || number >= VGIC_MAX_VCPUS ||
	    (gic->v5 ? mpidr >> 16 : mpidr >> 24 && !gic->config.caps.a3v)) {
		return VGIC_E_INVAL;
	}
	vcpu = &gic->vcpus[index];
	if (vcpu->created || gic->by_number[number] ||
	    vgic_find_mpidr(gic, mpidr) != VGIC_NOWHERE) {
		return VGIC_E_EXIST;
	}
	vcpu->hw = hw;
	vcpu->number = number;
	gic->by_number[number] = (uint16_t)(index + 1);
	vcpu->mpidr = mpidr;
	insert_mpidr(gic, index, mpidr);
	vcpu->created = true;
	if (gic->v5 && gic->config.v5.cpuif->attach) {
		gic->config.v5.cpuif->attach(hw, &vgic_v5_iri, vcpu,
					     &vcpu->v5->ppi);
	}
	if (mpidr == 0) {
		route_shared(gic);
	}
	*out = vcpu;
	return VGIC_OK;
}

static void reset_redist(struct vgic_vcpu *vcpu)
{
	bool lpis = vcpu->gic->config.its.nr_its;

	vgic_store_relaxed(&vcpu->gicr_ctlr, 0);
	vgic_store_relaxed(&vcpu->gicr_waker,
			   GICR_WAKER_ProcessorSleep |
				   GICR_WAKER_ChildrenAsleep);
	vgic_store_relaxed(&vcpu->gicr_statusr, 0);
	vgic_store_relaxed(&vcpu->gicr_pendbaser, lpis ? LPI_BASER_RESET : 0);
	vgic_store_relaxed(&vcpu->lpi_job, 0);
}

static void reset_private(struct vgic_vcpu *vcpu)
{
	struct vgic *gic = vcpu->gic;
	uint32_t first = vcpu->index * gic->nr_private;

	for (uint32_t i = first; i < first + GIC_NR_PRIVATE; i++) {
		bool sgi = i - first < GIC_NR_SGIS;
		bool group1 = vgic_irq_reset_word(gic, i) & W_GROUP1;

		if (vgic_v2_is_sgi(gic, i)) {
			vgic_v2_unsend(gic, vcpu, i, UINT32_MAX);
		}
		vgic_irq_change(gic, vcpu, i, VGIC_CLEAR_PENDING, 0);
		vgic_irq_change(gic, vcpu, i, VGIC_CLEAR_ACTIVE, 0);
		vgic_irq_change(gic, vcpu, i,
				sgi ? VGIC_SET_ENABLE : VGIC_CLEAR_ENABLE, 0);
		vgic_irq_change(gic, vcpu, i, VGIC_SET_GROUP, group1);
		vgic_irq_change(gic, vcpu, i, VGIC_SET_PRIORITY, 0);
		vgic_irq_change(gic, vcpu, i, VGIC_SET_LEVEL, !sgi);
	}
}

int vgic_vcpu_reset(struct vgic_vcpu *vcpu, bool redistributor)
{
	struct vgic *gic = vcpu->gic;

	gic->policy->reset(vcpu);
	if (gic->v5) {
		vgic_v5_note_enable(vcpu);
		return VGIC_OK;
	}
	if (!redistributor) {
		return VGIC_OK;
	}
	if (!vgic_its_quit(vcpu)) {
		return VGIC_E_BUSY;
	}
	reset_redist(vcpu);
	reset_private(vcpu);
	return VGIC_OK;
}

void vgic_vcpu_clear(struct vgic_vcpu *vcpu)
{
	release_all(vcpu);
	vcpu->gic->policy->reset(vcpu);
	reset_redist(vcpu);
}

/*
 * LPIs have nothing of the host's, and there may be very many.  A GICv3's is
 * nobody's until an event is mapped to it.
 */
static void clear_lpis(struct vgic *gic)
{
	uint64_t word = w_release(w_set_target(
		vgic_irq_reset_word(gic, gic->first_lpi),
		gic->v5 ? vgic_route_target(gic, 0) : VGIC_NOWHERE));

	for (uint32_t i = gic->first_lpi; i < gic->nr_irqs; i++) {
		vgic_store_relaxed(&gic->irqs[i].route, 0);
		vgic_store_relaxed(&gic->irqs[i].word, word);
	}
}

void vgic_clear(struct vgic *gic, bool keep_lines)
{
	for (uint32_t i = 0; i < gic->config.nr_vcpus; i++) {
		vgic_vcpu_clear(&gic->vcpus[i]);
	}
	for (uint32_t i = 0; i < gic->first_lpi; i++) {
		vgic_irq_clear(gic, i, keep_lines);
	}
	clear_lpis(gic);
	if (gic->v5) {
		vgic_v5_reset(gic);
	}
	vgic_its_reset(gic);
	vgic_store_relaxed(&gic->gicd_ctlr, 0);
	vgic_store_relaxed(&gic->gicd_statusr, 0);
	vgic_store_relaxed(&gic->stranded, 0);
	vgic_note_all_takers(gic);
}

void vgic_reset(struct vgic *gic)
{
	vgic_clear(gic, true);
	for (uint32_t i = 0; i < gic->first_lpi; i++) {
		release_phys(gic, i);
	}
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
