# SPDX-License-Identifier: BSD-2-Clause
#
# Rules of LPIs and ITSs, as in rules.sh.  Sourced by mutate.sh after it.

# LPIs and the ITS
its=src/its
rule 'ITS: an LPI stays active in its register' $lr \
	'/^static bool is_lpi/,/^}/ s/>= GIC_LPI_BASE/== 1/'
rule 'ITS: LPIs have DIR trapped' src/core/gic.h \
	'/^static inline void vgic_note_spi/,/^}/ s/index - gic->first_spi < gic->config.nr_spis/index >= gic->first_spi/'
rule 'ITS: a device injects an LPI by number' src/v3/arch.c \
	'/^static enum vgic_change line/,/^}/ s/VGIC_NO_CHANGE/VGIC_SET_LINE/'
rule 'ITS: a message goes through an ITS that is off' $its/lpi.c \
	'/^static int look_up/,/^}/ s/!(vgic_load_seq(&gic->its\[key >> 32\].ctlr) & GITS_CTLR_Enabled)/false/'
rule 'ITS: a message for a redistributor that is off waits' $its/lpi.c \
	'/^static bool judge/,/^}/ s/vgic_lpi_is_on(gic, t->vcpu, its_lpi_of(t->first)) ?/true ?/'
rule 'ITS: a message goes where MOVALL took the last one' $its/lpi.c \
	'/^int vgic_lpi_signal/,/^}/ s/w_set_target(w_set_pending(was), t.vcpu)/w_set_pending(was)/'
rule 'ITS: a device that the table has no room for' $its/tables.c \
	'/^bool vgic_its_device_entry/,/^}/ s/>= table.entries/== UINT32_MAX/'
rule 'ITS: a table of 52 bits is one of 48' $its/tables.c \
	's/FIELD_GET(GITS_BASER_PhysAddr_High, baser) << 48/0 * (uint64_t)&/'
rule 'ITS: what an unmapped device takes along is free' $its/commands.c \
	'/^bool vgic_its_unmap_events/,/^}/ s/run->left -= ITS_COST_CHANGE;//'
rule 'ITS: commands are free' $its/commands.c \
	'/^void vgic_its_run_commands/,/^}/ s/run->left -= ITS_COST_COMMAND;//'
rule 'ITS: an L1 entry that is not valid' $its/tables.c \
	'/^bool vgic_its_device_entry/,/^}/ s/!(l1 & GITS_L1E_Valid)/false/'
rule 'ITS: an event beyond its ITT' $its/commands.c \
	'/^static enum outcome map(/,/^}/ s/event_of(c) >> its_bits_of/0 \& its_bits_of/'
rule 'ITS: an LPI that does not exist' $its/its.h \
	'/^static inline bool lpi_exists/,/^}/ s/return .*;/return intid >= GIC_LPI_BASE || !gic;/'
rule 'ITS: an ITT of more than 16 bits is mapped' $its/commands.c \
	'/^static enum outcome do_mapd/,/^}/ s/bits > 16/bits > 32/'
rule 'ITS: a device that goes leaves its events' $its/commands.c \
	'/^static enum outcome do_mapd/,/^}/ s/!vgic_its_unmap_events(c->run, device)/false/'
rule 'ITS: a collection of a vCPU that is not there' $its/commands.c \
	'/^static bool get_rdbase/,/^}/ s/return \*vcpu != VGIC_NOWHERE/return true/'
rule 'ITS: MAPC leaves what is pending where it was' $its/commands.c \
	'/^static enum outcome do_mapc/,/^}/ s/!sweep(c, take_along, collection)/collection == ITS_NIL \&\& !sweep(c, take_along, collection)/'
rule 'ITS: one collection more than there is room for' $its/commands.c \
	'/^static uint32_t get_collection/,/^}/ s/icid_of(c) >= size/icid_of(c) > size/'
rule 'ITS: a list of collections has no memory for its end' $its/commands.c \
	'/^static bool is_in_memory/,/^}/ s/icid + 1 < size ? icid + 1 : icid/icid + 0 * size/'
rule 'ITS: an event mapped to another LPI keeps the first' $its/commands.c \
	'/^static enum outcome map(/,/^}/ s/vgic_its_unmap_event(c->run, event);//'
rule 'ITS: an event that goes takes the LPI of another one along' $its/commands.c \
	'/^void vgic_its_unmap_event/,/^}/ s/vgic_store_relaxed(route, left);/vgic_store_relaxed(route, 0);/'
rule 'ITS: MOVI leaves what is pending' $its/commands.c \
	'/^static void move_event/,/^}/ s/edit.target != VGIC_NOWHERE) {/edit.target == VGIC_NOWHERE) {/'
rule 'ITS: MOVI takes along what MOVALL took elsewhere' $its/commands.c \
	'/^static void move_event/,/^}/ s/edit.from = .*;/edit.from = w_target(vgic_irq_word(c->run->gic, index));/'
rule 'ITS: MOVI to a collection that is not mapped' $its/commands.c \
	'/^static enum outcome do_movi/,/^}/ s/target_of(c) == VGIC_NOWHERE/false/'
rule 'ITS: DISCARD leaves the LPI pending' $its/commands.c \
	'/^void vgic_its_unmap_event/,/^}/ s/.unpend = true,//'
rule 'ITS: INV keeps the priority' $its/lpi.c \
	'/^static uint64_t edited/,/^}/ s/edit->config & LPI_CONFIG_Priority_MASK/w_prio(word)/'
rule 'ITS: the configuration table has no end' $its/lpi.c \
	'/^uint32_t vgic_lpi_nr_configured/,/^}/ s/return n < most ? n : most/return most + 0 * n/'
rule 'ITS: an unchanged configuration is read again for nothing' $its/lpi.c \
	'/^void vgic_lpi_reload/,/^}/ s/run->left -= ITS_COST_RELOAD;//'
rule 'ITS: what a restore refuses is saved' $its/persist.c \
	'/^static bool save_event/,/^}/ s/!is_refused(/(true || !is_refused(/; s/collection, lpi) &&$/collection, lpi)) \&\&/'
rule 'ITS: configurations are read once' $its/commands.c \
	's/^	run->config.count = 0;//'
rule 'ITS: LPIs are enabled where the redistributor is off' $its/lpi.c \
	'/^static uint64_t gate(/,/^}/ s/on && (word/(on || true) \&\& (word/'
rule 'ITS: PTZ means nothing' $its/pending.c \
	'/^static bool enable(/,/^}/ s/if (!zero && /if (zero + 1 \&\& /'
rule 'ITS: PTZ is for ever' $its/pending.c \
	'/^void vgic_lpi_start/,/^}/ s/base & ~GICR_PENDBASER_PTZ/base/'
rule 'ITS: what was pending is lost when LPIs go off' $its/pending.c \
	'/^static bool disable(/,/^}/ s/write_table(run, g, take_out(run, g))/take_out(run, g)/'
rule 'ITS: the pending table keeps what was taken' $its/pending.c \
	'/^static bool write_table(/,/^}/ s/(was & ~mask) | (bits & mask)/was | (bits \& mask)/'
rule 'ITS: bits of LPIs that do not exist are written' $its/pending.c \
	'/^static bool write_table(/,/^}/ s/uint64_t mask = n < 64 ? (UINT64_C(1) << n) - 1 : UINT64_MAX, was;/uint64_t mask = n ? UINT64_MAX : 0, was;/'
rule 'ITS: a pending bit of an LPI that is mapped elsewhere is lost' $its/pending.c \
	'/^static bool enable(/,/^}/ s/if (pending || concerns/if (concerns/'
rule 'ITS: what is in a list register is taken for pending' $its/pending.c \
	'/^static bool disable(/,/^}/ s/if (!shut(run, g)) {/if (!shut(run, g) \&\& !run) {/'
rule 'ITS: EnableLPIs is through before it is' $its/pending.c \
	'/^bool vgic_lpi_go_on/,/^}/ s/!its_has_time(run) ||/false ||/'
rule 'ITS: EnableLPIs begins again with each access' src/v3/lpis.c \
	'/^static void enable/,/^}/ s/^	done = lpi_job_of.*/	vgic_lpi_start(vcpu, on ? LPI_GO_ON : LPI_GO_OFF); done = vgic_lpi_go_on(\&run, vcpu);/'
rule 'ITS: INVALLR is through before it is' $its/pending.c \
	'/^bool vgic_lpi_reload_all/,/^}/ s/return false/break/'
rule 'ITS: a reset of a vCPU keeps its LPIs' src/v3/arch.c \
	'/^static int reset_vcpu/,/^}/ s/!vgic_its_quit(vcpu)/false/'
rule 'ITS: a reset of a vCPU takes all the time there is' $its/pending.c \
	'/^bool vgic_its_quit/,/^}/ s/vgic_its_begin(&run, vcpu->gic, vcpu, false)/vgic_its_begin(\&run, vcpu->gic, vcpu, true)/'
rule 'ITS: the queue does not wrap' $its/commands.c \
	'/^void vgic_its_run_commands/,/^}/ s/next < size ? next : 0/next + 0 * size/'
rule 'ITS: CWRITER beyond the queue' $its/frames.c \
	'/^static bool store_cwriter/,/^}/ s/now >= its_queue_size/now == 1 + its_queue_size/'
rule 'ITS: two vCPUs have the engine' $its/engine.c \
	'/^bool vgic_its_begin(/,/^}/ s/return !vgic_exchange(&gic->its_busy, 1)/return !vgic_exchange(\&gic->its_busy, 1) || true/'
rule 'ITS: one trap takes all there is' $its/its.h \
	's/^#define ITS_SLICE 60000/#define ITS_SLICE INT64_MAX/'
rule 'ITS: commands wait for ever when it is enabled' $its/frames.c \
	'/^static void write_ctlr/,/^}/ s/vgic_its_run_commands(&run, its);//; /^static void write_ctlr/,/^}/ s/vgic_its_end_access(&run, mmio);/vgic_store_seq(\&run.gic->its_busy, 0);/'
rule 'ITS: enabled without memory' $its/frames.c \
	'/^static bool is_complete/,/^}/ s/(vgic_load_seq(&its->cbaser) & GITS_CBASER_Valid)/true/'
rule 'ITS: a base register is written while it is in use' $its/frames.c \
	'/^static bool begin_write/,/^}/ s/is_enabled(its_of(mmio))/false \&\& is_enabled(its_of(mmio))/'
rule 'race ITS: half a base register takes the other half along' $its/frames.c \
	'/^static uint64_t merged/,/^}/ s/return .*;/return value + 0 * was * mmio->lanes;/'
rule 'ITS: a table is replaced, what it said is not' $its/frames.c \
	'/^static void write_baser/,/^}/ s/value == was || forget_table/value == was || run.self || forget_table/'
rule 'ITS: another table of collections keeps the old ones' $its/frames.c \
	'/^static bool forget_table/,/^}/ s/vgic_its_forget_collections(run, its);//'
rule 'ITS: base registers reset to pages of 4 KiB' $its/frames.c \
	's/FIELD_PUT(GITS_BASER_Page_Size, GITS_BASER_Page_Size_64K))$/0)/'
rule 'ITS: tables of LPIs reset to memory that is not cached' $its/its.h \
	'/^#define LPI_BASER_RESET/,/^$/ s/GITS_Cache_RaWb/0/'
rule 'ITS: memory that is not cached allocates on writes' $its/frames.c \
	'/^uint64_t vgic_its_attributes/,/^}/ s/GITS_Cache_RaWb/GITS_Cache_WaWb/'
rule 'ITS: three LPIs are 57344 for a guest' include/vgic/vgic.h \
	's/^#define VGIC_MIN_LPIS 4/#define VGIC_MIN_LPIS 1/'
rule 'ITS: more events than there are records for' $its/records.c \
	'/^static uint32_t nr_events/,/^}/ s/return config->its.nr_events ?/return config->its.nr_events > UINT32_MAX - 1 ?/'
rule 'ITS: a chain grows as long as the guest likes' $its/records.c \
	'/^static uint32_t add(/,/^}/ s/most != UINT32_MAX && chain_is_full/next == n \&\& chain_is_full/'
rule 'ITS: a record that goes leaves its chain cut' $its/records.c \
	'/^static void drop(/,/^}/ s/FIELD_PUT(REC_CHAIN, next));$/FIELD_PUT(REC_CHAIN, ITS_NIL + 0 * next));/'
rule 'ITS: a collection that nothing names stays' $its/records.c \
	'/^void vgic_its_remove_event/,/^}/ s/drop_if_idle(r, its_collection_of(second));//'
rule 'ITS: PTZ is lost with the other half' src/v3/lpis.c \
	'/^static void write_base(/,/^}/ s/(was & ~mmio->lanes) | (value & fields & mmio->lanes)/(value \& fields) + 0 * was/'
rule 'ITS: PENDBASER is written while it is in use' src/v3/lpis.c \
	'/^static void write_base(/,/^}/ s/!takes_lpis(mmio)/true/'
rule 'ITS: INVLPIR of an LPI that does not exist' src/v3/lpis.c \
	'/^static void reload(/,/^}/ s/ && lpi_exists(gic, intid)//; /^static void reload(/,/^}/ s/index < gic->lpi_end/true/'
rule "ITS: INVALLR reads another redistributor's" $its/pending.c \
	'/^bool vgic_lpi_reload_all/,/^}/ s/concerns(gic, vcpu->index, index)/true/'
rule 'race ITS: an ITS leaves commands that came while it was busy' $its/engine.c \
	'/^static struct vgic_its \*find_commands/,/^}/ s/if (vgic_its_has/if (false \&\& vgic_its_has/'

# Reports of docs/field-bugs.md about LPIs and ITSs
rule 'field 26: MOVALL moves what others have' $its/commands.c \
	'/^static void move_pending/,/^}/ s/edit.from = from;/(void)from;/'
rule 'field 27: what is in flight is not waited for' $its/pending.c \
	'/^static bool in_flight/,/^}/ s/w_place(word) == PLACE_LR/false/'
rule 'field 28: moved to a redistributor that is off, it is taken' $its/lpi.c \
	'/^static uint64_t edited/,/^}/ s/return gate(word,/return gate(word, true ||/'
rule 'field 31: a collection of nobody is saved for vCPU 0' $its/persist.c \
	'/^static int save_collections/,/^}/ s/ALL_ONES :/0 :/'
rule 'field 35: a collection more than the table has' $its/commands.c \
	'/^static uint32_t get_collection/,/^}/ s/icid_of(c) >= size/icid_of(c) > size/'
rule 'field 35: a collection less than the table has' $its/commands.c \
	'/^static uint32_t get_collection/,/^}/ s/icid_of(c) >= size/icid_of(c) + 1 >= size/'
rule 'field 35: a device more than the table has' $its/tables.c \
	'/^bool vgic_its_device_entry/,/^}/ s/>= table.entries/> table.entries/'
rule 'field 35: an LPI more than there is' $its/its.h \
	'/^static inline bool lpi_exists/,/^}/ s/< gic->config.its.nr_lpis/<= gic->config.its.nr_lpis/'
rule 'field 35: a vCPU less than there is' src/core/route.c \
	'/^uint32_t vgic_find_processor/,/^}/ s/gic->by_number\[number\] ?/number + 1 < gic->config.nr_vcpus \&\& gic->by_number[number] ?/'
rule 'field 37: MAPD writes the entry of a device' $its/commands.c \
	'/^static enum outcome do_mapd/,/^}/ s/if (valid) {/if (valid \&\& vgic_its_write64(c->run->gic, at, 1)) {/'
rule 'field 58: LPIs without a configuration are restored' $its/persist.c \
	'/^static int restore_lpi/,/^}/ s/ && on) {/ \&\& false) {/'
rule 'field 58: LPIs without a pending table are restored' $its/persist.c \
	'/^static int restore_lpi/,/^}/ s/on \&\& !vgic_lpi_read_pending(/!on \&\& !vgic_lpi_read_pending(/'

# What shows when two do something at one time
rule 'race ITS: LPIs in flight are not waited for' $its/pending.c \
	'/^static bool in_flight/,/^}/ s/w_place(word) == PLACE_LR/false/'
rule 'race ITS: a message does not see that its event went' src/core/word.h \
	'/^static inline uint64_t w_stamp/,/^}/ s/return .*;/return w;/'
rule 'race ITS: two have the engine' $its/engine.c \
	'/^bool vgic_its_begin(/,/^}/ s/return !vgic_exchange(&gic->its_busy, 1);/return vgic_exchange(\&gic->its_busy, 1) < 2;/'
rule 'race ITS: an offset of another queue is stored' $its/frames.c \
	'/^static void write_cbaser/,/^}/ s/FIELD_PUT(ITS_CWRITER_LIFE, life + 1)/FIELD_PUT(ITS_CWRITER_LIFE, life)/'
rule 'race ITS: where a message goes is not looked at again' $its/lpi.c \
	'/^static bool translate/,/^}/ s/return .*;/return true;/'
rule 'race ITS: EnableLPIs goes on where a reset is not complete' src/v3/lpis.c \
	'/^static void enable/,/^}/ s/lpi_job_of(vcpu) != LPI_QUIT \&\& //'
rule 'ITS: INT reloads a register for another vCPU' $its/lpi.c \
	'/^int vgic_lpi_signal/,/^}/ s/self && now == (was | W_NEW)/self/'
rule 'ITS: INT takes a DeviceID of any width' $its/commands.c \
	'/^static enum outcome do_int/,/^}/ s/can_be_mapped(c)/true/'
