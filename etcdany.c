/* SPDX-License-Identifier: MIT
 * etcdany.c - etcd, by whichever API the node speaks
 *
 * Asks when a get finds a node, and is that store until a get fails. */
#include "etcdany.h"

#include "base/val.h"

static void
init(struct store *s)
{
	struct etcdany *x = (struct etcdany *)s;

	rest_init(&x->rest, "etcd", s->nodes, s->nnodes);
}

static struct store *
choose(struct etcdany *x, bool v2)
{
	struct store *s = v2 ? &x->v2.store : &x->v3.store;

	rest_cancel(&x->rest);
	*s = x->store;
	s->ops = v2 ? &etcd2_ops : &etcd_ops;
	s->ops->init(s);
	return s;
}

/* "etcd 0.4.9" and {"etcdserver":"2.3.8",...} are old, {"etcdserver":"3.4.23",...} is
 * not */
static bool
old(struct etcdany *x)
{
	str body = buf_str(&x->rest.in), major, rest;
	struct err none;
	struct val v;
	uint64_t n;

	if (!rest_json(&x->rest, body, &v, &none))
		return str_starts(body, STR("etcd 0."));
	str_cut(val_text(&v, STR("etcdserver")), '.', &major, &rest);
	return str_u64(major, &n) && n < 3;
}

/* only an answer that means something decides */
static bool
decide(struct etcdany *x, bool v2_first, struct err *e)
{
	int status = rest_status(&x->rest);

	if (status != 200 && !(v2_first && status == 404))
		return rest_refused(&x->rest, e);
	x->chosen = choose(x, v2_first ? status == 200 : old(x));
	return true;
}

/* STEP_DONE: chosen is set */
static enum step
ask(struct etcdany *x, struct err *e)
{
	bool v2_first = x->store.ops == &etcd_v2_first_ops;
	str target = v2_first ? STR("/v2/keys?quorum=false") : STR("/version");
	enum step s;

	if (x->chosen)
		return STEP_DONE;
	if (rest_idle(&x->rest)) {
		arena_empty(&x->rest.scratch);
		rest_start(&x->rest, "GET", target, (str){ 0 }, (str){ 0 });
	}
	s = rest_fetch(&x->rest, e);
	if (s == STEP_DONE && decide(x, v2_first, e))
		return STEP_DONE;
	if (s == STEP_DONE || s == STEP_FAIL) {
		rest_give_up(&x->rest);
		return STEP_FAIL;
	}
	x->store.fd = rest_fd(&x->rest);
	x->store.due = rest_due(&x->rest);
	return s;
}

/* what the chosen one waits for, we wait for */
static enum step
as_chosen(struct etcdany *x, enum step s)
{
	x->store.fd = x->chosen->fd;
	x->store.due = x->chosen->due;
	x->store.revision = x->chosen->revision;
	x->store.live = x->chosen->live;
	return s;
}

static enum step
get(struct store *s, struct kv *kv, struct err *e)
{
	struct etcdany *x = (struct etcdany *)s;
	enum step st = ask(x, e);

	if (st != STEP_DONE)
		return st;
	st = as_chosen(x, x->chosen->ops->get(x->chosen, kv, e));
	if (st == STEP_FAIL) { /* what comes back may speak another API */
		x->chosen->ops->cancel(x->chosen);
		x->chosen = NULL;
	}
	return st;
}

static enum step
watch(struct store *s, struct arena *a, struct kv_delta *d, struct err *e)
{
	struct etcdany *x = (struct etcdany *)s;

	return as_chosen(x, x->chosen->ops->watch(x->chosen, a, d, e));
}

static void
cancel(struct store *s)
{
	struct etcdany *x = (struct etcdany *)s;

	if (x->chosen)
		x->chosen->ops->cancel(x->chosen);
	else
		rest_cancel(&x->rest);
}

static str
about(const struct store *s, struct arena *a)
{
	const struct etcdany *x = (const struct etcdany *)s;

	return x->chosen->ops->about(x->chosen, a);
}

const struct store_ops etcd_v2_first_ops = {
	.name = "etcd",
	.size = sizeof(struct etcdany),
	.init = init,
	.get = get,
	.watch = watch,
	.cancel = cancel,
	.about = about,
};

const struct store_ops etcd_v3_first_ops = {
	.name = "",
	.size = sizeof(struct etcdany),
	.init = init,
	.get = get,
	.watch = watch,
	.cancel = cancel,
	.about = about,
};
