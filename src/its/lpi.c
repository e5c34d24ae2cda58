/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The words of LPIs: how the engine changes them, where their configuration
 * comes from, and how a message makes one pending.  IHI 0069 5.1, 5.2
 *
 * The engine changes records, or what a redistributor takes, first, and the
 * words concerned second.  A message reads the word first, translates, and
 * then changes the word by a compare-and-swap of what it read.  If records
 * changed after the message had translated, the engine comes to the word after
 * the message and sees what it did; if before, the message sees that.  Where a
 * word may be the same before and after the engine's change, as when an event
 * is taken away from an LPI that is not pending, its stamp is counted up.
 */
#include "core/irq.h"
#include "its/its.h"

bool vgic_lpi_is_on(const struct vgic *gic, uint32_t vcpu, uint32_t lpi)
{
	uint32_t job;

	if (vcpu >= gic->config.nr_vcpus ||
	    !(vgic_load_seq(&gic->vcpus[vcpu].gicr_ctlr) &
	      GICR_CTLR_EnableLPIs)) {
		return false;
	}
	job = vgic_load_seq(&gic->vcpus[vcpu].lpi_job);
	return FIELD_GET(LPI_JOB, job) != LPI_GO_ON ||
	       lpi < FIELD_GET(LPI_JOB_AT, job);
}

bool vgic_lpis_on(const struct vgic *gic, uint32_t vcpu)
{
	return vgic_lpi_is_on(gic, vcpu, gic->config.its.nr_lpis - 1);
}

uint32_t vgic_lpi_event(const struct vgic *gic, uint32_t index, bool *others)
{
	uint32_t route = vgic_load_relaxed(&gic->irqs[index].route);
	uint32_t event = (uint32_t)FIELD_GET(LPI_EVENT, route);

	*others = FIELD_GET(LPI_EVENTS, route) > (event ? 1u : 0u);
	return event ? event - 1 : ITS_NIL;
}

uint32_t vgic_lpi_home(const struct vgic *gic, uint32_t index)
{
	const struct its_records *r = gic->records;
	bool others;
	uint32_t event = vgic_lpi_event(gic, index, &others);

	return event == ITS_NIL ?
		       VGIC_NOWHERE :
		       its_vcpu_of(its_first(
			       &r->collections,
			       its_collection_of(
				       its_second(&r->events, event))));
}

void vgic_lpi_use(struct vgic *gic, uint32_t index)
{
	if (gic->lpi_end <= index) {
		gic->lpi_end = index + 1;
	}
}

static uint64_t put(uint64_t word, uint64_t flag, bool on)
{
	return on ? word | flag : word & ~flag;
}

/* Delivered if its configuration and its redistributor say so. */
static uint64_t gate(uint64_t word, bool on)
{
	return put(word, W_ENABLE, on && (word & W_CONF));
}

static uint64_t edited(const struct its_run *run, uint32_t index, uint64_t word,
		       const struct vgic_lpi_edit *edit)
{
	uint32_t lpi = index - run->gic->first_lpi;

	if (edit->config != VGIC_NIL) {
		word = w_set_prio(word,
				  edit->config & LPI_CONFIG_Priority_MASK);
		word = put(word, W_CONF, edit->config & LPI_CONFIG_Enable);
	}
	if (edit->target != VGIC_NIL) {
		word = w_set_target(word, edit->target);
	}
	word = edit->pend ? w_set_pending(word) : word;
	word = edit->unpend ? w_clear_pending(word) : word;
	word = edit->stamp ? w_stamp(word) : word;
	return gate(word,
		    w_target(word) == run->enabling ||
			    vgic_lpi_is_on(run->gic, w_target(word), lpi));
}

bool vgic_lpi_edit(struct its_run *run, uint32_t index,
		   const struct vgic_lpi_edit *edit)
{
	uint64_t was = vgic_irq_word(run->gic, index), now;

	do {
		if (edit->from != VGIC_NIL &&
		    !(w_pending(was) && w_target(was) == edit->from)) {
			return false;
		}
		now = edited(run, index, was, edit);
	} while (now != was &&
		 !vgic_irq_swap(run->gic, run->self, index, &was, now));
	run->left -= now == was ? ITS_COST_LOOK : ITS_COST_CHANGE;
	return true;
}

uint32_t vgic_lpi_nr_configured(const struct vgic *gic)
{
	uint64_t base = vgic_load_relaxed(&gic->gicr_propbaser);
	uint32_t bits = (uint32_t)FIELD_GET(GICR_PROPBASER_IDbits, base) + 1;
	uint32_t most = gic->config.its.nr_lpis, n;

	if (bits > 16) {
		return most;
	}
	n = 1u << bits;
	n = n > GIC_LPI_BASE ? n - GIC_LPI_BASE : 0;
	return n < most ? n : most;
}

static bool read_piece(struct its_run *run, struct lpi_piece *piece,
		       uint64_t base, uint32_t first, uint32_t count)
{
	const struct vgic_config *config = &run->gic->config;

	run->left -= ITS_COST_MEMORY;
	piece->first = first;
	piece->count = config->host->read_guest(config->host_ctx, base + first,
						piece->byte, count) ?
			       0 :
			       count;
	return piece->count;
}

const uint8_t *vgic_lpi_read_bytes(struct its_run *run, struct lpi_piece *piece,
				   uint64_t base, uint32_t at, uint32_t count,
				   uint32_t end)
{
	uint32_t first = at - at % LPI_PIECE;
	uint32_t most = end - first < LPI_PIECE ? end - first : LPI_PIECE;

	if ((at < piece->first || at + count > piece->first + piece->count) &&
	    !read_piece(run, piece, base, first, most)) {
		return NULL;
	}
	return piece->byte + (at - piece->first);
}

bool vgic_lpi_read_config(struct its_run *run, uint32_t index, uint8_t *config)
{
	uint64_t base = vgic_load_relaxed(&run->gic->gicr_propbaser) &
			GICR_PROPBASER_PhysAddr_MASK;
	uint32_t lpi = index - run->gic->first_lpi;
	uint32_t end = vgic_lpi_nr_configured(run->gic);
	const uint8_t *byte = lpi < end ?
				      vgic_lpi_read_bytes(run, &run->config,
							  base, lpi, 1, end) :
				      NULL;

	*config = byte ? *byte : 0;
	return byte;
}

void vgic_lpi_reload(struct its_run *run, uint32_t index)
{
	struct vgic_lpi_edit edit = { LPI_KEEP };
	uint8_t config;

	run->left -= ITS_COST_RELOAD;
	(void)vgic_lpi_read_config(run, index, &config);
	edit.config = config;
	(void)vgic_lpi_edit(run, index, &edit);
}

/* An event as records have it at one time. */
struct translation {
	uint32_t event;
	uint64_t first;
	uint32_t vcpu;
};

/* Its collection's vCPU, or VGIC_NOWHERE; false: it has changed since. */
static bool translate(const struct vgic *gic, struct translation *t)
{
	const struct its_records *r = gic->records;
	uint64_t second = its_second(&r->events, t->event);
	uint64_t collection = its_first(&r->collections,
					its_collection_of(second));

	t->vcpu = its_vcpu_of(collection);
	return its_first(&r->events, t->event) == t->first;
}

/* What would become of a message now; false: look again. */
static bool judge(const struct vgic *gic, struct translation *t, int *error)
{
	if (!translate(gic, t)) {
		return false;
	}
	if (t->vcpu == VGIC_NOWHERE) {
		*error = VGIC_E_NOENT;
	} else {
		*error = vgic_lpi_is_on(gic, t->vcpu, its_lpi_of(t->first)) ?
				 VGIC_OK :
				 VGIC_E_BUSY;
	}
	return true;
}

/* The event of a message to an ITS that takes any. */
static int look_up(const struct vgic *gic, uint64_t key,
		   struct translation *t)
{
	if (!(vgic_load_seq(&gic->its[key >> 32].ctlr) & GITS_CTLR_Enabled)) {
		return VGIC_E_BUSY;
	}
	t->event = vgic_its_find(&gic->records->events, key, &t->first);
	return t->event == ITS_NIL ? VGIC_E_NOENT : VGIC_OK;
}

int vgic_lpi_check(const struct vgic *gic, uint64_t key)
{
	struct translation t;
	int error, lost;

	do {
		lost = look_up(gic, key, &t);
	} while (!lost && !judge(gic, &t, &error));
	return lost ? lost : error;
}

int vgic_lpi_signal(struct vgic *gic, struct vgic_vcpu *self, uint64_t key)
{
	struct translation t;
	uint64_t was, now;
	uint32_t index;
	int error;

	for (;;) {
		error = look_up(gic, key, &t);
		if (error) {
			return error;
		}
		index = gic->first_lpi + its_lpi_of(t.first);
		was = vgic_irq_word(gic, index);
		if (!judge(gic, &t, &error)) {
			continue;
		}
		if (error) {
			return error;
		}
		now = gate(w_set_target(w_set_pending(was), t.vcpu), true);
		if (vgic_irq_swap(gic, self, index, &was, now)) {
			return VGIC_OK;
		}
	}
}
