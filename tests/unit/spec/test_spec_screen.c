/* SPDX-License-Identifier: MIT */
/* spec/spec_screen, spec_sound: what people see, touch and hear. */
#include "unit/spec/reading.h"

static void vnc_is_read(void **state)
{
	auto_spec struct spec *spec = reads(WITH_DEVICES(
		"<graphics type='vnc' port='-1' autoport='yes' websocket='-1' listen='127.0.0.1' "
		"keymap='en-us' passwd='p,w' sharePolicy='ignore' powerControl='yes'/>"));
	const struct spec_graphics *vnc = &spec->graphics[0];

	(void)state;
	assert_int_equal(vnc->kind, SPEC_GRAPHICS_VNC);
	assert_int_equal(vnc->line, 2);
	assert_int_equal(vnc->port, -1);
	assert_int_equal(vnc->autoport, CHOICE_YES);
	assert_int_equal(vnc->websocket, -1);
	assert_string_equal(vnc->listen, "127.0.0.1");
	assert_int_equal(vnc->listen_kind, SPEC_LISTEN_ADDRESS);
	assert_string_equal(vnc->keymap, "en-us");
	assert_string_equal(vnc->password, "p,w");
	assert_string_equal(vnc->share_policy, "ignore");
	assert_int_equal(vnc->power_control, CHOICE_YES);
}

static void listening_has_four_ways(void **state)
{
	auto_spec struct spec *spec = reads(
		WITH_DEVICES("<graphics type='vnc'/>"
			     "<graphics type='vnc' listen='::1'><listen type='address' "
			     "address='::1'/></graphics>"
			     "<graphics type='vnc' socket='/a'/>"
			     "<graphics type='spice'><listen type='socket' socket='/b'/></graphics>"
			     "<graphics type='spice'><listen type='none'/></graphics>"
			     "<graphics type='spice'><listen type='address'/></graphics>"));
	const struct spec_graphics *graphics = spec->graphics;

	(void)state;
	assert_int_equal(graphics[0].listen_kind, SPEC_LISTEN_UNSET);
	assert_int_equal(graphics[1].listen_kind, SPEC_LISTEN_ADDRESS);
	assert_string_equal(graphics[1].listen, "::1");
	assert_int_equal(graphics[2].listen_kind, SPEC_LISTEN_SOCKET);
	assert_string_equal(graphics[2].socket, "/a");
	assert_int_equal(graphics[3].listen_kind, SPEC_LISTEN_SOCKET);
	assert_string_equal(graphics[3].socket, "/b");
	assert_int_equal(graphics[4].listen_kind, SPEC_LISTEN_NONE);
	assert_int_equal(graphics[5].listen_kind, SPEC_LISTEN_ADDRESS);
	assert_null(graphics[5].listen);
}

static void spice_is_read(void **state)
{
	auto_spec struct spec *spec = reads(WITH_DEVICES(
		"<graphics type='spice' port='5900' tlsPort='5901' autoport='no' "
		"defaultMode='secure'>"
		"<image compression='auto_glz'/><jpeg compression='never'/><zlib "
		"compression='always'/>"
		"<playback compression='off'/><streaming mode='all'/><clipboard copypaste='no'/>"
		"<mouse mode='server'/><filetransfer enable='no'/>"
		"<gl enable='yes' rendernode='/dev/dri/renderD128'/><audio "
		"id='3'/></graphics><audio id='3' type='none'/>"
		"<graphics type='egl-headless'><gl rendernode='/r'/></graphics>"));
	const struct spec_graphics *spice = &spec->graphics[0];

	(void)state;
	assert_int_equal(spice->kind, SPEC_GRAPHICS_SPICE);
	assert_int_equal(spice->port, 5900);
	assert_int_equal(spice->tls_port, 5901);
	assert_string_equal(spice->default_mode, "secure");
	assert_string_equal(spice->image_compression, "auto_glz");
	assert_string_equal(spice->jpeg_compression, "never");
	assert_string_equal(spice->zlib_compression, "always");
	assert_int_equal(spice->playback_compression, CHOICE_NO);
	assert_string_equal(spice->streaming, "all");
	assert_int_equal(spice->clipboard, CHOICE_NO);
	assert_string_equal(spice->mouse, "server");
	assert_int_equal(spice->file_transfer, CHOICE_NO);
	assert_int_equal(spice->gl, CHOICE_YES);
	assert_string_equal(spice->render_node, "/dev/dri/renderD128");
	assert_int_equal(spice->audio, 3);
	assert_int_equal(spec->graphics[1].kind, SPEC_GRAPHICS_EGL_HEADLESS);
	assert_string_equal(spec->graphics[1].render_node, "/r");
}

static void video_is_read(void **state)
{
	auto_spec struct spec *spec = reads(WITH_DEVICES(
		"<video><model type='qxl' ram='65536' vram='32768' vram64='1' vgamem='16384' "
		"heads='2' "
		"primary='yes'/></video>"
		"<video><model type='virtio' blob='on' edid='off'><acceleration accel3d='yes' "
		"rendernode='/r'/><resolution x='1920' y='1080'/></model></video>"));
	const struct spec_video *videos = spec->videos;

	(void)state;
	assert_string_equal(videos[0].model, "qxl");
	assert_int_equal(videos[0].ram_kib, 65536);
	assert_int_equal(videos[0].vram_kib, 32768);
	assert_int_equal(videos[0].vram64_kib, 1);
	assert_int_equal(videos[0].vgamem_kib, 16384);
	assert_int_equal(videos[0].heads, 2);
	assert_int_equal(videos[0].primary, CHOICE_YES);
	assert_int_equal(videos[1].blob, CHOICE_YES);
	assert_int_equal(videos[1].edid, CHOICE_NO);
	assert_int_equal(videos[1].accel3d, CHOICE_YES);
	assert_string_equal(videos[1].render_node, "/r");
	assert_int_equal(videos[1].width, 1920);
	assert_int_equal(videos[1].height, 1080);
}

static void input_is_read(void **state)
{
	auto_spec struct spec *spec = reads(WITH_DEVICES(
		"<input type='tablet' bus='usb'/><input type='keyboard'/>"
		"<input type='passthrough' bus='virtio' model='virtio'>"
		"<source evdev='/dev/input/event1'/></input>"
		"<input type='evdev'><source dev='/dev/input/event2' repeat='on' grab='all' "
		"grabToggle='ctrl-ctrl'/></input>"));
	const struct spec_input *inputs = spec->inputs;

	(void)state;
	assert_string_equal(inputs[0].type, "tablet");
	assert_string_equal(inputs[0].bus, "usb");
	assert_null(inputs[1].bus);
	assert_string_equal(inputs[2].model, "virtio");
	assert_string_equal(inputs[2].evdev, "/dev/input/event1");
	assert_string_equal(inputs[3].source, "/dev/input/event2");
	assert_int_equal(inputs[3].repeat, CHOICE_YES);
	assert_string_equal(inputs[3].grab, "all");
	assert_string_equal(inputs[3].grab_toggle, "ctrl-ctrl");
}

static void sound_has_codecs_and_a_backend(void **state)
{
	auto_spec struct spec *spec =
		reads(WITH_DEVICES("<sound model='ich9'><codec type='micro'/><codec "
				   "type='output'/><audio id='2'/></sound>"
				   "<sound model='virtio' streams='4'/><audio id='2' "
				   "type='pulseaudio' serverName='/s' "
				   "timerPeriod='9'/><audio id='3' type='file' path='/f'/>"));

	(void)state;
	assert_int_equal(spec->sound_count, 2);
	assert_string_equal(spec->sounds[0].model, "ich9");
	assert_int_equal(spec->sounds[0].codecs.count, 2);
	assert_string_equal(spec->sounds[0].codecs.items[1], "output");
	assert_int_equal(spec->sounds[0].audio, 2);
	assert_int_equal(spec->sounds[1].streams, 4);
	assert_int_equal(spec->audio_count, 2);
	assert_int_equal(spec->audios[0].id, 2);
	assert_string_equal(spec->audios[0].type, "pulseaudio");
	assert_string_equal(spec->audios[0].server, "/s");
	assert_int_equal(spec->audios[0].timer_period_us, 9);
	assert_string_equal(spec->audios[1].path, "/f");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vnc_is_read),
		cmocka_unit_test(listening_has_four_ways),
		cmocka_unit_test(spice_is_read),
		cmocka_unit_test(video_is_read),
		cmocka_unit_test(input_is_read),
		cmocka_unit_test(sound_has_codecs_and_a_backend),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
