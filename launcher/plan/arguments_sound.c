/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/memory.h"
#include "base/qopt.h"
#include "plan/arguments.h"
#include "plan/cage.h"
#include "plan/device.h"
#include "plan/layout.h"
#include "plan/plan.h"
#include "plan/refusals.h"
#include "spec/spec.h"

struct backend {
	const char *type;   /* libvirt's */
	const char *driver; /* QEMU's */
	bool desktop;       /* needs devices or services for which there is no policy */
};

static const struct backend backends[] = {
	{"none", "none", false},
	{"spice", "spice", false},
	{"file", "wav", false},
	{"pulseaudio", "pa", true},
	{"pipewire", "pipewire", true},
	{"alsa", "alsa", true},
	{"oss", "oss", true},
	{"jack", "jack", true},
	{"sdl", "sdl", true},
	{"dbus", "dbus", true},
};

/* The last is what is left: the reader lets no other type through. */
static const struct backend *find_backend(const char *type)
{
	size_t i = 0;

	while (i + 1 < ARRAY_COUNT(backends) && strcmp(backends[i].type, type) != 0)
		i++;
	return &backends[i];
}

static void check_backend(const struct arguments *arguments, const struct spec_audio *audio,
	const struct backend *backend)
{
	bool pulse = strcmp(backend->driver, "pa") == 0;
	const struct said_part parts[] = {{"serverName=", audio->server != NULL, pulse}};

	refuse_useless(arguments, audio->line, audio->type, parts, ARRAY_COUNT(parts));
	if (backend->desktop && arguments->options->sandbox != SANDBOX_OFF)
		refuse_part(arguments->refusals, audio->line,
			"<audio type='%s'> needs the host's sound devices, which the sandbox does "
			"not open; write type='none', 'file' or 'spice', or run with "
			"--sandbox=off",
			audio->type);
	if (strcmp(backend->driver, "spice") == 0 && !has_spice(arguments->spec))
		refuse(arguments->refusals, audio->line,
			"<audio type='spice'> without <graphics type='spice'>");
}

static void add_backend(const struct arguments *arguments, const struct spec_audio *audio)
{
	const struct backend *backend = find_backend(audio->type);
	struct text option = {0};

	check_backend(arguments, audio, backend);
	qopt_word(&option, backend->driver);
	qopt_addf(&option, "id", "audio%u", audio->id);
	add_number(&option, "timer-period", audio->timer_period_us);
	add_text(&option, "server", audio->server);
	add_text(&option, "path", audio->path);
	cage_output(arguments->plan, audio->path);
	add_option(&arguments->plan->argv, "-audiodev", text_take(&option));
}

/* libvirt, virDomainDefPostParseAudio: SPICE carries the sound, else nobody hears it. */
void add_audio(const struct arguments *arguments)
{
	const struct spec *spec = arguments->spec;

	for (size_t i = 0; i < spec->audio_count; i++)
		add_backend(arguments, &spec->audios[i]);
	if (spec->audio_count == 0 && spec->sound_count > 0)
		add_option(&arguments->plan->argv, "-audiodev",
			xasprintf("%s,id=audio1", has_spice(spec) ? "spice" : "none"));
}

unsigned int audio_of(const struct spec *spec, const struct spec_sound *sound)
{
	if (sound->audio > 0)
		return sound->audio;
	return spec->audio_count > 0 ? spec->audios[0].id : 1;
}

struct card {
	const char *model;  /* libvirt's */
	const char *driver; /* QEMU's */
	bool codecs;        /* its sound comes from codecs on a bus of its own */
};

static const struct card cards[] = {
	{"ich6", "intel-hda", true},
	{"ich9", "ich9-intel-hda", true},
	{"ac97", "AC97", false},
	{"es1370", "ES1370", false},
	{"sb16", "sb16", false},
	{"usb", "usb-audio", false},
	{"virtio", "virtio-sound-pci", false},
};

static void add_codec(const struct arguments *arguments, const struct spec_sound *sound,
	size_t index, size_t codec, const char *type)
{
	auto_free char *driver = xasprintf("hda-%s", type);
	struct text option = {0};

	qopt_word(&option, driver);
	qopt_addf(&option, "id", "sound%zu-codec%zu", index, codec);
	qopt_addf(&option, "bus", "sound%zu.0", index);
	qopt_addf(&option, "cad", "%zu", codec);
	qopt_addf(&option, "audiodev", "audio%u", audio_of(arguments->spec, sound));
	add_option(&arguments->plan->argv, "-device", text_take(&option));
}

static void add_codecs(
	const struct arguments *arguments, const struct spec_sound *sound, size_t index)
{
	for (size_t i = 0; i < sound->codecs.count; i++)
		add_codec(arguments, sound, index, i, sound->codecs.items[i]);
	if (sound->codecs.count == 0)
		add_codec(arguments, sound, index, 0, "duplex");
}

static void check_card(
	const struct arguments *arguments, const struct spec_sound *sound, const struct card *card)
{
	const struct said_part parts[] = {
		{"<codec>", sound->codecs.count > 0, card->codecs},
		{"streams=", sound->streams > 0, strcmp(card->model, "virtio") == 0},
		{"multichannel=", sound->multichannel != CHOICE_UNSET,
			strcmp(card->model, "usb") == 0},
	};

	refuse_useless(arguments, sound->common.line, card->model, parts, ARRAY_COUNT(parts));
}

static void add_card(const struct arguments *arguments, size_t index, const struct card *card)
{
	const struct spec_sound *sound = &arguments->spec->sounds[index];
	struct text option = {0};

	check_card(arguments, sound, card);
	qopt_word(&option, card->driver);
	qopt_addf(&option, "id", "sound%zu", index);
	if (!card->codecs)
		qopt_addf(&option, "audiodev", "audio%u", audio_of(arguments->spec, sound));
	add_number(&option, "streams", sound->streams);
	if (sound->multichannel != CHOICE_UNSET)
		qopt_flag(&option, "multi", sound->multichannel == CHOICE_YES);
	device_finish(&option, arguments, DEVICE_SOUND, index, DEVICE_PLAIN);
	if (card->codecs)
		add_codecs(arguments, sound, index);
}

void add_sounds(const struct arguments *arguments)
{
	const struct spec *spec = arguments->spec;

	for (size_t i = 0; i < spec->sound_count; i++) {
		const char *model = spec->sounds[i].model;

		/* a PC's speaker is on the board: -machine names its backend */
		if (text_equal(model, "pcspk") && !arch_is_x86(arguments->plan->arch))
			refuse_part(arguments->refusals, spec->sounds[i].common.line,
				"this machine has no PC speaker");
		for (size_t j = 0; j < ARRAY_COUNT(cards); j++)
			if (strcmp(cards[j].model, model) == 0)
				add_card(arguments, i, &cards[j]);
	}
}
