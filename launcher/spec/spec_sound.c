/* SPDX-License-Identifier: MIT */
#include "spec/read.h"

#include <stdlib.h>

#include "spec/field.h"
#include "spec/node.h"

static const struct field sound_fields[] = {
	FIELD("@model", struct spec_sound, model),
	FIELD("@streams", struct spec_sound, streams),
	FIELD_CHOICE("@multichannel", struct spec_sound, multichannel),
	FIELD("audio@id", struct spec_sound, audio),
};

static const struct field audio_fields[] = {
	FIELD_LINE("", struct spec_audio, line),
	FIELD("@id", struct spec_audio, id),
	FIELD("@type", struct spec_audio, type),
	FIELD("@timerPeriod", struct spec_audio, timer_period_us),
};

static const struct field server_fields[] = {
	FIELD("@serverName", struct spec_audio, server),
};

static const struct field file_fields[] = {
	FIELD("@path", struct spec_audio, path),
};

static void read_sound_card(struct places *places, xmlNode *element, struct spec_sound *sound)
{
	read_common(places, element, &sound->common);
	FIELDS_READ(places, element, sound_fields, sound);
	if (!sound->model)
		report_missing(places, element, "attribute 'model'");
	for (xmlNode *codec = element_child(element, "codec"); codec; codec = element_next(codec)) {
		auto_free char *type = attribute_value(codec, "type");

		if (type)
			strings_add(&sound->codecs, type);
		else
			report_missing(places, codec, "attribute 'type'");
	}
}

static void read_audio(struct places *places, xmlNode *element, struct spec_audio *audio)
{
	FIELDS_READ(places, element, audio_fields, audio);
	if (audio->id == 0 || !audio->type)
		report_missing(places, element, "attributes 'id' and 'type'");
	if (text_equal(audio->type, "pulseaudio") || text_equal(audio->type, "jack") ||
		text_equal(audio->type, "pipewire"))
		FIELDS_READ(places, element, server_fields, audio);
	if (text_equal(audio->type, "file")) {
		FIELDS_READ(places, element, file_fields, audio);
		if (!audio->path)
			report_missing(places, element, "attribute 'path'");
	}
}

void read_sound(struct places *places, xmlNode *devices, struct spec *spec)
{
	xmlNode *element;

	for (element = element_child(devices, "sound"); element; element = element_next(element))
		read_sound_card(places, element,
			array_push(&spec->sounds, &spec->sound_count, sizeof(*spec->sounds)));
	for (element = element_child(devices, "audio"); element; element = element_next(element))
		read_audio(places, element,
			array_push(&spec->audios, &spec->audio_count, sizeof(*spec->audios)));
}

void clear_sound(struct spec *spec)
{
	for (size_t i = 0; i < spec->sound_count; i++) {
		clear_common(&spec->sounds[i].common);
		FIELDS_CLEAR(sound_fields, &spec->sounds[i]);
		strings_clear(&spec->sounds[i].codecs);
	}
	for (size_t i = 0; i < spec->audio_count; i++) {
		FIELDS_CLEAR(audio_fields, &spec->audios[i]);
		FIELDS_CLEAR(server_fields, &spec->audios[i]);
		FIELDS_CLEAR(file_fields, &spec->audios[i]);
	}
	free(spec->sounds);
	free(spec->audios);
}
