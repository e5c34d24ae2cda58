/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory, creation and reset. */
#include "core/create.h"
#include "core/arch.h"
#include "core/contract.h"
#include "core/irq.h"
#include "core/queue.h"
#include "core/route.h"
#include "core/side.h"
#include "core/sync.h"
#include "regs/a64.h"

static uint32_t irq_count(const struct vgic_config *config,
			  const struct vgic_arch *arch)
{
	return config->nr_vcpus * arch->nr_private + config->nr_spis +
	       (arch->nr_lpis ? arch->nr_lpis(config) : 0);
}

/* Where each part lies in the embedder's memory. */
struct layout {
	size_t vcpus, irqs, sides, by_mpidr, by_number, regions, arch, size;
};

VGIC_COLD static void lay_out(const struct vgic_config *config,
			      const struct vgic_arch *arch, struct layout *at)
{
	size_t next = vgic_aligned(sizeof(struct vgic));

	at->vcpus = next;
	next += vgic_aligned(config->nr_vcpus * sizeof(struct vgic_vcpu));
	at->irqs = next;
	next += vgic_aligned(irq_count(config, arch) * sizeof(struct vgic_irq));
	at->sides = next;
	next += vgic_aligned(config->nr_side_entries *
			     sizeof(struct vgic_side));
	at->by_mpidr = next;
	next += vgic_aligned(config->nr_vcpus * sizeof(uint16_t));
	at->by_number = next;
	next += vgic_aligned(VGIC_MAX_VCPUS * sizeof(uint16_t));
	at->regions = next;
	next += vgic_aligned(config->nr_redist_regions *
			     sizeof(struct vgic_rdist_region));
	at->arch = next;
	at->size = next + (arch->memory_size ? arch->memory_size(config) : 0);
}

bool vgic_rules_hold(const struct vgic_config_rule *rules, uint32_t nr,
		     struct vgic_config_fault *fault)
{
	for (uint32_t i = 0; i < nr; i++) {
		if (!rules[i].holds) {
			*fault = rules[i].fault;
			return false;
		}
	}
	return true;
}

bool vgic_no_its(const struct vgic_config *config,
		 struct vgic_config_fault *fault)
{
	const struct vgic_its_config *its = &config->its;
	const struct vgic_config_rule rule = {
		!its->nr_its && !its->nr_lpis && !its->nr_events,
		{ "its", "all 0, unless a GICv3 has ITSs" },
	};

	return vgic_rules_hold(&rule, 1, fault);
}

/* Asks for the number of LPIs, so the version's own fields come before. */
static bool sides_valid(const struct vgic_config *config,
			struct vgic_config_fault *fault)
{
	const struct vgic_config_rule rule = {
		config->nr_side_entries <= irq_count(config, config->arch),
		{ "nr_side_entries", "at most the number of interrupts" },
	};

	return vgic_rules_hold(&rule, 1, fault);
}

/* The configuration's version of the architecture; null: out of range. */
VGIC_COLD static const struct vgic_arch *
check_config(const struct vgic_config *config, struct vgic_config_fault *fault)
{
	const struct vgic_arch *arch = config->arch;
	const struct vgic_config_rule rules[] = {
		{ arch, { "arch", "not null: &vgic_gicv3 and so on" } },
		{ arch && config->nr_vcpus >= 1 &&
			  config->nr_vcpus <= arch->max_vcpus,
		  { "nr_vcpus", "1 .. 512, of a GICv2 1 .. 8" } },
	};

	return VGIC_RULES_HOLD(rules, fault) &&
			       arch->config_valid(config, fault) &&
			       sides_valid(config, fault) ?
		       arch :
		       NULL;
}

/* Everything but the memory is there; *arch receives the version. */
VGIC_COLD static int check_all(const struct vgic_config *config,
			       const struct vgic_arch **arch,
			       struct vgic_config_fault *fault)
{
	const struct vgic_config_rule host[] = {
		{ config->host, { "host", "not null" } },
		{ config->host && config->host->kick,
		  { "host->kick", "not null" } },
	};

	*arch = check_config(config, fault);
	if (!*arch || !VGIC_RULES_HOLD(host, fault) ||
	    !(*arch)->ops_present(config, fault)) {
		return VGIC_E_INVAL;
	}
	if (!(*arch)->is_safe(config)) {
		*fault = (struct vgic_config_fault){
			"caps.broken_seis", "false, or a CPU interface in "
					    "software"
		};
		return VGIC_E_NOTSUP;
	}
	return VGIC_OK;
}

int vgic_config_check(const struct vgic_config *config,
		      struct vgic_config_fault *fault)
{
	struct vgic_config_fault found = { NULL, NULL };
	const struct vgic_arch *arch;
	int err = VGIC_E_INVAL;

	if (config) {
		err = check_all(config, &arch, &found);
	}
	if (fault) {
		*fault = found;
	}
	return err;
}

size_t vgic_memory_size(const struct vgic_config *config)
{
	struct vgic_config_fault fault;
	const struct vgic_arch *arch = config ? check_config(config, &fault) :
						NULL;
	struct layout at;

	if (!arch) {
		return 0;
	}
	lay_out(config, arch, &at);
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

/*
 * What survives a reset of the guest: the mapping to a physical interrupt, the
 * side entry and, if `keep_lines`, the level of lines.  The line of a mapped
 * interrupt does not: its device is asked again.
 */
static uint64_t host_part(uint64_t word, bool keep_lines)
{
	uint64_t lines = (word & W_HW) || !keep_lines ? 0 : W_LINE | W_WIRE;

	return word & (W_SIDE | W_HW | W_DVI | lines);
}

/* Reset values.  IHI 0069 12.9, 12.11 */
VGIC_COLD void vgic_irq_clear(struct vgic *gic, uint32_t index, bool keep_lines)
{
	struct vgic_irq *irq = &gic->irqs[index];
	uint64_t was = vgic_load_relaxed(&irq->word);
	uint64_t word = host_part(was, keep_lines) |
			vgic_irq_reset_word(gic, index);
	uint32_t target = index < gic->first_spi ? index / gic->nr_private :
						   vgic_route_target(gic, 0);

	word |= was & (W_PHYS | W_FIRED) ? W_PHYS : 0;
	/* A GICv2's SGIs have their senders there. */
	vgic_store_relaxed(&irq->route, 0);
	word = w_release(w_set_target(word, target));
	vgic_note_spi(gic, NULL, index, was, word);
	vgic_store_relaxed(&irq->word, word);
	if (vgic_phys_reconfigured(gic, was, word)) {
		vgic_phys_configure(gic, index);
	}
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
	} else if (!gic->private_ops) {
		/* A GICv5's PPIs need no post: a reset has all looked at. */
		vgic_irq_change(gic, NULL, index, VGIC_NO_CHANGE, 0);
	}
}

/* The parts that do not depend on each other's contents. */
static void set_pointers(struct vgic *gic, const struct layout *at)
{
	uint8_t *base = (uint8_t *)gic;

	gic->vcpus = (struct vgic_vcpu *)(base + at->vcpus);
	gic->irqs = (struct vgic_irq *)(base + at->irqs);
	gic->sides = (struct vgic_side *)(base + at->sides);
	gic->by_mpidr = (uint16_t *)(base + at->by_mpidr);
	gic->by_number = (uint16_t *)(base + at->by_number);
	gic->regions = (struct vgic_rdist_region *)(base + at->regions);
}

VGIC_COLD int vgic_create(const struct vgic_config *config, void *memory,
			  size_t size, struct vgic **out)
{
	struct vgic_config_fault fault;
	const struct vgic_arch *arch;
	struct vgic *gic = memory;
	struct layout at;
	int err;

	if (!config || !memory || !out || (uintptr_t)memory % VGIC_LINE) {
		return VGIC_E_INVAL;
	}
	err = check_all(config, &arch, &fault);
	if (err) {
		return err;
	}
	lay_out(config, arch, &at);
	if (size < at.size) {
		return VGIC_E_NOMEM;
	}
	clear(memory, at.size);
	gic->config = *config;
	gic->arch = arch;
	gic->policy = arch->policy;
	gic->holds_actives = arch->holds_actives;
	gic->plain_ids = arch->plain_ids;
	gic->has_senders = arch->has_senders;
	gic->revision = VGIC_IIDR_REVISION;
	gic->nr_irqs = irq_count(config, arch);
	gic->nr_private = arch->nr_private;
	gic->first_spi = config->nr_vcpus * arch->nr_private;
	gic->first_lpi = gic->first_spi + config->nr_spis;
	gic->lpi_end = gic->first_lpi;
	/* GICv5's SPIs are in no list register. */
	gic->counts_spis = arch->holds_actives && !config->caps.tdir &&
			   config->nr_vcpus > 1;
	set_pointers(gic, &at);
	for (uint32_t i = 0; i < config->nr_vcpus; i++) {
		init_vcpu(gic, i);
	}
	if (arch->create) {
		arch->create(gic, (uint8_t *)memory + at.arch);
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
	for (uint32_t i = gic->first_lpi;
	     gic->arch->lpis_have_routes && i < gic->nr_irqs; i++) {
		vgic_store_relaxed(&gic->irqs[i].word,
				   w_set_target(vgic_irq_word(gic, i), target));
	}
	for (; index < gic->first_lpi; index++) {
		if (!(vgic_irq_word(gic, index) & W_IRM)) {
			(void)vgic_set_route(gic, NULL, index,
					     vgic_get_route(gic, index), false);
		}
	}
}

int vgic_vcpu_create(struct vgic *gic, uint32_t index, uint64_t mpidr, void *hw,
		     struct vgic_vcpu **out)
{
	return vgic_vcpu_create_numbered(gic, index, index, mpidr, hw, out);
}

/* MPIDR_EL1 to Aff3.Aff2.Aff1.Aff0, as GICR_TYPER has it.  False: no MPIDR. */
static bool pack_affinity(uint64_t mpidr, uint32_t *affinity)
{
	uint64_t fields = FIELD_MASK(MPIDR_EL1_Aff3) |
			  FIELD_MASK(MPIDR_EL1_Aff2_0);

	*affinity = (uint32_t)(FIELD_GET(MPIDR_EL1_Aff3, mpidr) << 24 |
			       FIELD_GET(MPIDR_EL1_Aff2_0, mpidr));
	return !(mpidr & ~(fields | MPIDR_EL1_NO_AFFINITY));
}

VGIC_COLD int vgic_vcpu_create_numbered(struct vgic *gic, uint32_t index,
					uint32_t number, uint64_t mpidr,
					void *hw, struct vgic_vcpu **out)
{
	struct vgic_vcpu *vcpu;
	uint32_t affinity;

	if (index >= gic->config.nr_vcpus || number >= VGIC_MAX_VCPUS ||
	    !pack_affinity(mpidr, &affinity) ||
	    !gic->arch->affinity_valid(gic, affinity)) {
		return VGIC_E_INVAL;
	}
	vcpu = &gic->vcpus[index];
	if (vcpu->created || gic->by_number[number] ||
	    vgic_find_mpidr(gic, affinity) != VGIC_NOWHERE) {
		return VGIC_E_EXIST;
	}
	vcpu->hw = hw;
	vcpu->number = number;
	gic->by_number[number] = (uint16_t)(index + 1);
	vcpu->mpidr = affinity;
	insert_mpidr(gic, index, affinity);
	vcpu->created = true;
	if (gic->arch->vcpu_created) {
		gic->arch->vcpu_created(vcpu);
	}
	if (affinity == 0) {
		route_shared(gic);
	}
	*out = vcpu;
	return VGIC_OK;
}

VGIC_COLD int vgic_vcpu_reset(struct vgic_vcpu *vcpu, bool redistributor)
{
	vgic_rule(vcpu, !vcpu->resident, RULE_RESET);
	vcpu->gic->policy->reset(vcpu);
	return vcpu->gic->arch->reset_vcpu(vcpu, redistributor);
}

void vgic_vcpu_clear(struct vgic_vcpu *vcpu)
{
	release_all(vcpu);
	vcpu->gic->policy->reset(vcpu);
	vcpu->gic->arch->clear_vcpu(vcpu);
}

/*
 * LPIs have nothing of the host's, and there may be very many.  One without a
 * route of its own has no target before an event is mapped to it.
 */
static void clear_lpis(struct vgic *gic)
{
	uint64_t word = w_release(w_set_target(
		vgic_irq_reset_word(gic, gic->first_lpi),
		gic->arch->lpis_have_routes ? vgic_route_target(gic, 0) :
					      VGIC_NOWHERE));

	for (uint32_t i = gic->first_lpi; i < gic->nr_irqs; i++) {
		vgic_store_relaxed(&gic->irqs[i].route, 0);
		vgic_store_relaxed(&gic->irqs[i].word, word);
	}
}

VGIC_COLD void vgic_clear(struct vgic *gic, bool keep_lines)
{
	for (uint32_t i = 0; i < gic->config.nr_vcpus; i++) {
		vgic_vcpu_clear(&gic->vcpus[i]);
	}
	for (uint32_t i = 0; i < gic->first_lpi; i++) {
		vgic_irq_clear(gic, i, keep_lines);
	}
	clear_lpis(gic);
	if (gic->arch->reset) {
		gic->arch->reset(gic);
	}
	vgic_store_relaxed(&gic->gicd_ctlr, 0);
	vgic_store_relaxed(&gic->gicd_statusr, 0);
	vgic_store_relaxed(&gic->stranded, 0);
	vgic_note_all_takers(gic);
}

VGIC_COLD void vgic_reset(struct vgic *gic)
{
	vgic_clear(gic, true);
	for (uint32_t i = 0; i < gic->first_lpi; i++) {
		release_phys(gic, i);
	}
}

enum vgic_model vgic_arch_model(const struct vgic_arch *arch)
{
	return arch->model;
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
	return VGIC_VERSION_STRING;
}
