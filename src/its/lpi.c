/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The words of LPIs: how the engine changes them, where their configuration
 * comes from, and how a message makes one pending.  IHI 0069 5.1, 5.2
 *
 * The order that keeps messages and the engine apart: the engine changes
 * records, or what a redistributor takes, first, and the words concerned
 * second; MAPC alone has its reason to do otherwise (do_mapc()).  A message
 * reads the LPI's word first, translates second, and then changes the word by a
 * compare-and-swap of the value that it read.
 *
 * If the records changed after the message had translated, the engine comes to
 * the word later than the message did, and deals with the pending state that it
 * finds; or it comes earlier, and the compare-and-swap of the message fails, so
 * that the message translates again.  If the records changed before, the
 * message has translated by the new ones.  Where the engine's change would
 * leave a word the same, as when an event is taken from an LPI that is not
 * pending, the engine counts the word's stamp up, so that the word differs.
 */
#include "core/irq.h"
#include "its/its.h"

/*
 * Loads EnableLPIs first and the job second.  vgic_lpi_start() stores them in
 * the opposite order, so a thread that sees EnableLPIs = 1 also sees the job
 * that says for which LPIs that is in force already.
 */
bool vgic_lpi_is_on(const struct vgic *gic, uint32_t vcpu, uint32_t lpi)
{
	uint32_t job;

	if (vcpu >= gic->config.nr_vcpus ||
	    !(vgic_load_seq(&gic->vcpus[vcpu].gicr_ctlr) &
	      GICR_CTLR_EnableLPIs)) {
		return false;
	}
	/*
	 * While a job turns LPIs on, those below its cursor are on.  At any
	 * other time EnableLPIs decides alone.
	 */
	job = vgic_load_seq(&gic->vcpus[vcpu].lpi_job);
	return FIELD_GET(LPI_JOB, job) != LPI_GO_ON ||
	       lpi < FIELD_GET(LPI_JOB_AT, job);
}

bool vgic_lpis_on(const struct vgic *gic, uint32_t vcpu)
{
	return vgic_lpi_is_on(gic, vcpu, gic->config.its.nr_lpis - 1);
}

/*
 * There are other events if the route counts more than the one that it names.
 */
uint32_t vgic_lpi_event(const struct vgic *gic, uint32_t index, bool *others)
{
	uint32_t route = vgic_load_relaxed(&gic->irqs[index].route);
	uint32_t event = (uint32_t)FIELD_GET(LPI_EVENT, route);

	*others = FIELD_GET(LPI_EVENTS, route) > (event ? 1u : 0u);
	return event ? event - 1 : ITS_NIL;
}

/*
 * Needs the engine, or a VM that stands still: the three loads are not checked
 * against each other, as translate() does it for messages.
 */
uint32_t vgic_lpi_home(const struct vgic *gic, uint32_t index)
{
	const struct its_records *r = gic->records;
	bool others;
	uint32_t event = vgic_lpi_event(gic, index, &others);

	return event == ITS_NIL ?
		       VGIC_NOWHERE :
		       its_vcpu_of(its_first(&r->collections,
					     its_collection_of(its_second(
						     &r->events, event))));
}

/* lpi_end is the engine's, and only grows until a reset. */
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

/*
 * W_ENABLE follows from W_CONF and from whether the target's redistributor
 * takes the LPI (`on`); it is derived again at each change of the word.
 */
static uint64_t gate(uint64_t word, bool on)
{
	return put(word, W_ENABLE, on && (word & W_CONF));
}

/*
 * The word after an edit.  During EnableLPIs' job the LPIs of the present group
 * count as on at run->enabling.
 */
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

/*
 * A word that the edit leaves as it is is not swapped.  `stamp` is for edits
 * that a message has to notice in any case.
 */
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

/*
 * IDbits + 1 is the number of INTID bits; the first 8192 INTIDs are not LPIs.
 */
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

/*
 * Read a piece of a table, and remember what it is.  If it is not in memory
 * nothing is remembered, so that the next caller tries again.
 */
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

/*
 * Pieces start at multiples of LPI_PIECE and end, at the latest, with the
 * table: what lies beyond may be no memory of the guest's.
 */
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

/* Byte n of the configuration table is LPI 8192 + n's.  IHI 0069 5.1.1 */
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

/*
 * An event as a message has found it: its record, the record's first word at
 * that time, and the vCPU of its collection.
 */
struct translation {
	uint32_t event;
	uint64_t first;
	uint32_t vcpu;
};

/*
 * Look up the vCPU of the event's collection, or VGIC_NOWHERE.  False: the
 * event's record has changed since `first` was read, so the two do not belong
 * together. The acquires of its_second() keep the last load behind the others.
 */
static bool translate(const struct vgic *gic, struct translation *t)
{
	const struct its_records *r = gic->records;
	uint64_t second = its_second(&r->events, t->event);
	uint64_t collection =
		its_first(&r->collections, its_collection_of(second));

	t->vcpu = its_vcpu_of(collection);
	return its_first(&r->events, t->event) == t->first;
}

/*
 * What would become of a message now?  False: the event changed meanwhile, look
 * it up again.
 */
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

/*
 * Find the event of a message.  The load of GITS_CTLR pairs with write_ctlr()
 * in frames.c: a message that comes after the ITS was disabled is dropped.  One
 * that is under way at that time may still be delivered.
 */
static int look_up(const struct vgic *gic, uint64_t key, struct translation *t)
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

/*
 * The word is read between the look-up and the translation.  What the engine
 * does to the records after that, it does to the word later still: either the
 * compare-and-swap fails, or the engine finds the LPI pending.  An LPI that is
 * pending at another vCPU takes its pending state along to this one.  An LPI
 * that the calling vCPU has in a list register, and has ended, is loaded again
 * there: vgic_irq_again() changes the word by a compare-and-swap, too.
 */
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
		if (self && now == (was | W_NEW) &&
		    vgic_irq_again(self, index, was, W_NEW)) {
			return VGIC_OK;
		}
		if (vgic_irq_swap(gic, self, index, &was, now)) {
			return VGIC_OK;
		}
	}
}
